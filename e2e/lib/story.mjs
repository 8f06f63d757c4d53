// What stories share: setting the scene through the API, and walking a page by keyboard alone.
import { randomUUID } from 'node:crypto';
import { account } from './demo.mjs';
import { site } from './visit.mjs';

// The community in which everybody of the demo's accounts lives or works.
export const HOME = { code: '371722003003', name: '黄楼社区' };

// Somebody asks the API, as another program would: api(role, path) reads, api(role, path, body) writes.
export async function api(role, path, body) {
  const { token } = await account(role);
  const answer = await fetch(`${site()}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${role} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

// A need of the resident's: { id, code, path } with the code as addresses have it.
export async function need(fields = {}) {
  const said = { category: 'hospital', what: '明天去县医院取药，下楼要人扶', when: 'today', address: '3 号楼 2 单元 401', phone: '13800000001' };
  const matter = await api('resident', '/matters', { kind: 'need', place: HOME.code, fields: { ...said, ...fields } });
  return { id: matter.id, code: matter.code.split(' ').at(-1), path: `/matters/${matter.id}` };
}

// A need that the social worker has dispatched and cut a task from: { matter, task, path, code, checkCode }.
export async function task({ inMinutes = 0, minutes = 60, ...more } = {}) {
  const matter = await need();
  await api('social_worker', `${matter.path}/triage`, { level: 'day', type: 'hospital', way: 'volunteers' });
  const cut = await api('social_worker', `${matter.path}/tasks`, {
    title: '陪老人去县医院', starts_at: minutesFromNow(inMinutes), minutes, place_hint: `${HOME.name} 3 号楼`, notes: '带上医保卡', ...more,
  });
  const path = `/tasks/${cut.id}`;
  const { desk } = await api('social_worker', path);
  return { matter, id: cut.id, path, code: cut.code, checkCode: desk.check_code };
}

// Who an account is, found as staff find them: by the number.
export async function person(role) {
  const { phone } = await account(role);
  const { items } = await api('community_worker', `/people?q=${phone}`);
  return items[0];
}

// Somebody of another role serves too, whose hours no other story has taken.
export async function volunteer(role) {
  const { id } = await person(role);
  await api(role, `/people/${id}/volunteering`, {});
}

// A whole night, entered late and confirmed by the desk, so that it is held for review; on the first day from so many days back
// of which there is nothing else: the id of the record.
export async function night(role, back) {
  const taken = (await api(role, '/records?mine=true')).items.flatMap(({ start, end }) => [start, end].map((at) => at.slice(0, 10)));
  const day = (n) => new Date(Date.now() - (back + n) * 24 * 60 * 60_000).toISOString().slice(0, 10);
  const free = Array.from({ length: 40 }, (_, n) => n).find((n) => !taken.includes(day(n)) && !taken.includes(day(n - 1)));
  const entry = { name: '夜间值守', place: HOME.code, content: '在值班室守夜', start: `${day(free)}T20:00:00+08:00`, end: `${day(free - 1)}T05:30:00+08:00`, reason: '没有带手机' };
  const record = await api(role, '/records', entry);
  await api('community_worker', `/records/${record.id}/confirmation`, {});
  return record.id;
}

// The same, heard and found false by the social worker.
export async function foundFalse(role, back) {
  const record = await night(role, back);
  await api(role, `/records/${record}/review-answer`, { words: '那晚是我值的班' });
  await api('social_worker', `/records/${record}/review-decision`, { verdict: 'uphold', reason: '问过门卫，那晚值班室没有人' });
  return record;
}

export function minutesFromNow(minutes) {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

// What has the focus: its name as a person would say it, and what kind of control it is.
function focused(page) {
  return page.evaluate(() => {
    const control = document.activeElement;
    const name = (control.labels?.[0] ?? control).textContent || control.getAttribute('aria-label') || '';
    return { name: name.trim().replaceAll(/\s+/g, ' '), kind: control.type || control.tagName.toLowerCase(), group: control.name ?? '' };
  });
}

// Presses Tab until the focus is on the control of this name.
export async function tabTo(visitor, name) {
  for (let presses = 0; presses < 200; presses += 1) {
    await visitor.page.keyboard.press('Tab');
    if ((await focused(visitor.page)).name.includes(name)) return;
  }
  throw new Error(`Tab reaches no 「${name}」 on ${visitor.page.url()}`);
}

// Chooses one of several: Tab to the group, then the arrows, as a keyboard does.
export async function choose(visitor, name) {
  const { page } = visitor;
  const group = await page.getByRole('radio', { name, exact: false }).first().getAttribute('name');
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).group === group) break;
  }
  for (let presses = 0; presses < 20; presses += 1) {
    if ((await focused(page)).name.startsWith(name)) return page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`the arrows reach no 「${name}」`);
}

// Goes on with Enter and waits for the page that comes.
export async function enter(visitor) {
  await Promise.all([visitor.page.waitForNavigation(), visitor.page.keyboard.press('Enter')]);
}

// Presses a button or follows a link, and waits for the page that comes.
export async function press(visitor, name, role = 'button') {
  await Promise.all([visitor.page.waitForNavigation(), visitor.page.getByRole(role, { name }).first().click()]);
}

export const follow = (visitor, name) => press(visitor, name, 'link');

// A photograph: what this visitor sees.
export async function photo(visitor) {
  return { name: 'photo.png', mimeType: 'image/png', buffer: await visitor.page.screenshot({ caret: 'initial', clip: { x: 0, y: 0, width: 320, height: 240 } }) };
}
