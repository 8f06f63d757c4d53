// What has happened before the matrix looks at pages that show something that happened: codes and ids by name.
import { account } from './demo.mjs';
import { scan } from './qr.mjs';
import { api, foundFalse, HOME, need, night, photo, person, press, task, volunteer } from './story.mjs';
import { visit } from './visit.mjs';

const DAY = 24 * 60;

// The stories run before on the same city, so that everything here lies on days that they leave free.
export async function scene() {
  const { phone } = await account('resident');
  const [resident, serves, social] = [await person('resident'), await person('volunteer 2'), await person('social_worker')];
  const helper = await person('resident 2');
  const [asked, dispatched] = [await need(), await need()];
  await api('social_worker', `${dispatched.path}/triage`, { level: 'day', type: 'hospital', way: 'volunteers' });
  const words = { category: 'errands', what: '请人代买降压药', when: 'today', address: '5 号楼', phone };
  const called = await api('call_taker', '/matters', { kind: 'need', place: HOME.code, for_someone: true, fields: words });
  const shift = await api('call_taker', '/handovers', { place: HOME.code, words: '电梯今晚检修', watch: social.id });
  const card = await api('community_worker', `/people/${resident.id}/cards`, { replaces: true });
  const { phone: delegate } = await account('resident 2');
  await api('resident', `/people/${resident.id}/mandates`, { delegate_phone: delegate, delegate_name: helper.name, kinds: ['need'] });
  const mandate = (await api('resident 2', `/people/${helper.id}/mandates`)).by_person.find((one) => one.standing === 'asked');
  await api('resident 2', `/mandates/${mandate.id}/confirmation`, { how: 'self' });
  const correction = await api('resident', `/people/${resident.id}/corrections`, { field: 'phone', wanted: '13800000099' });
  const [assessment] = (await api('administrator', '/assessments')).items;
  return {
    correction: correction.id, assessment: assessment.id, asked: asked.code, dispatched: dispatched.code, called: called.code.split(' ').at(-1), resident: resident.id,
    volunteer: serves.id, handover: shift.id, card: card.url.split('/').at(-1), cardId: card.id, mandate: mandate.id,
    ...await paper(), ...await tasks(), review: await night('volunteer 2', 3), appeal: await appealedNight(), contested: await contestedNight(), hazard: await coveredHazard(), brought: await broughtIn(),
    fixed: await fixedHazard(), worried: await worriedVisit(),
    reply: await reported(phone), team: (await api('community_worker', '/organisations')).items.find((one) => one.kind === 'team').id,
  };
}

// A task ahead with the token of its QR, and one that is under way.
async function tasks() {
  const [ahead, now] = [await task({ inMinutes: 20 * DAY }), await task({ inMinutes: 5, minutes: 30 })];
  for (const one of [ahead, now]) await api('social_worker', `${one.path}/opening`, {});
  await api('volunteer', `${ahead.path}/acceptance`, {});
  await volunteer('department_clerk 2');
  await api('department_clerk 2', `${now.path}/acceptance`, {});
  await api('department_clerk 2', `${now.path}/check-in`, { code: now.checkCode });
  const desk = await visit('social_worker', { width: 1366 });
  await desk.open(`/tasks/${ahead.code}/sign-in-sheet`);
  const says = await scan(desk.page.locator('svg.qr').first());
  await desk.leave();
  return { ahead: ahead.code, now: now.code, token: says.split('/').at(-1) };
}

// Numbered forms of paper, by the number of their batch: a sheet each, slips, and sign-in sheets.
async function paper() {
  const printed = async (form) => (await api('community_worker', '/paper/batches', { place: HOME.code, count: 3, ...form })).number.replaceAll('-', '');
  return {
    forms: await printed({ sort: 'registration', kind: 'need' }), slips: await printed({ sort: 'registration', kind: 'hazard' }),
    sheets: await printed({ sort: 'sign_in' }),
  };
}

// A night that its volunteer says is wrong.
async function contestedNight() {
  const record = await night('volunteer 2', 14);
  await api('volunteer 2', `/records/${record}/contest`, { reason: '记长了，四点就走了' });
  return record;
}

// A night that was found false, about which the volunteer appeals.
async function appealedNight() {
  const record = await foundFalse('volunteer 2', 8);
  await api('volunteer 2', `/records/${record}/appeal`, { words: '门卫换班时没有登记，可以问夜班的门卫' });
  return record;
}

// A hazard with a photo that waits to be covered: its code.
async function coveredHazard() {
  const hazard = await api('resident 2', '/matters', { kind: 'hazard', place: HOME.code, fields: { category: 'manhole', where: '西门' } });
  const code = hazard.code.split(' ').at(-1).replaceAll('-', '');
  const grid = await visit('grid_member');
  await grid.open(`/desk/${code}?do=note`);
  await grid.page.getByLabel('写一笔').fill('井盖已换好');
  await grid.page.locator('input[type=file]').setInputFiles(await photo(grid));
  await press(grid, '记一笔');
  await grid.leave();
  return code;
}

// A hazard that was fixed on the spot and waits for the word of who reported it: its code.
async function fixedHazard() {
  const hazard = await api('resident 2', '/matters', { kind: 'hazard', place: HOME.code, fields: { category: 'manhole', where: '北门' } });
  await api('grid_member', `/matters/${hazard.id}/triage`, { answer: 'fixed', result: '井盖已换好' });
  return hazard.code.split(' ').at(-1);
}

// A matter in which whoever came asks for a social worker to look in: its code.
async function worriedVisit() {
  const cut = await task({ inMinutes: 5, minutes: 30 });
  await api('social_worker', `${cut.path}/opening`, {});
  await volunteer('auditor');
  await api('auditor', `${cut.path}/acceptance`, {});
  await api('auditor', `${cut.path}/check-in`, { code: cut.checkCode });
  await api('auditor', `${cut.path}/check-out`, { code: cut.checkCode, content: '敲门没有人应', wellbeing: 'look_wanted' });
  return cut.matter.code;
}

// Somebody is asked about a report: the question.
async function reported(phone) {
  const hazard = await api('resident 2', '/matters', { kind: 'hazard', place: HOME.code, fields: { category: 'fire_lane', where: '南门' } });
  const told = '有人反映楼道口停着电动车，挡住了消防通道';
  return (await api('grid_member', `/matters/${hazard.id}/replies`, { name: '3 号楼住户', phone, told })).id;
}

// A table that was checked and waits for a clerk: the address of its page.
async function broughtIn() {
  const clerk = await visit('community_worker');
  await clerk.open('/imports');
  await clerk.page.getByLabel('人员', { exact: false }).first().check();
  const rows = `姓名,手机号,区划代码\n周大爷,13955550004,${HOME.code}\n吴某,,${HOME.code}\n`;
  await clerk.page.getByLabel('表格文件').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await press(clerk, '上传并检查');
  const { pathname } = new URL(clerk.page.url());
  await clerk.leave();
  return pathname;
}
