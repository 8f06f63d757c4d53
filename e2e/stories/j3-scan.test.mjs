// J3 at the door: the printed code is scanned. The phone's own scanner opens its address; no camera is needed here.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { scan } from '../lib/qr.mjs';
import { api, enter, follow, press, tabTo, task, volunteer } from '../lib/story.mjs';
import { visit, VISITOR } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();
const DAY = 24 * 60;

// The ways that the codes on the desk's page of a task lead to: signing in, and signing out.
async function printed(cut) {
  const desk = await visit('social_worker', { width: 1366, js: false });
  await desk.open(`/tasks/${cut.code}/attendance`);
  await holds(desk);
  const says = [];
  for (const svg of await desk.page.locator('main svg.qr').all()) says.push(new URL(await scan(svg)).pathname);
  await follow(desk, '打印签到表');
  await holds(desk, ['axe', 'prints', 'words']);
  assert.equal(new URL(await scan(desk.page.locator('main svg.qr').first())).pathname, says[0], 'the sheet has the same code');
  await desk.leave();
  return says;
}

// A task of one's own now, of somebody who has none in another story.
async function now(who) {
  const cut = await task({ inMinutes: 5, minutes: 30 });
  await api('social_worker', `${cut.path}/opening`, {});
  await api(who, `${cut.path}/acceptance`, {});
  return cut;
}

test('scanned without being signed in: the code of the message, then in and out; without JavaScript', async () => {
  const cut = await now('team_leader 2');
  const [into, out] = await printed(cut);
  const { phone, name } = await account('team_leader 2');
  const tian = await visit(VISITOR, { width: 360, js: false });
  await tian.open(into);
  assert.match(tian.page.url(), /\/login/);
  await tian.signIn({ phone, here: true });
  assert.equal(new URL(tian.page.url()).pathname, into, 'and on to where the code leads');
  assert.ok((await main(tian)).includes(name));
  await holds(tian);
  await tian.shot('j3-scan');
  await press(tian, '确认签到');
  assert.match(await main(tian), /已签到，谢谢您/);
  await tian.open(out);
  await holds(tian);
  await tian.page.getByLabel('陪同出行').check();
  await tian.page.getByLabel('有点担心', { exact: true }).check();
  await press(tian, '提交，签退');
  assert.match(await main(tian), /时间太短，不记时长/);
  await tian.leave();
});

test('the code of another task shows the right one, an old one says so; by keyboard, in the elder edition and in English', async () => {
  const mine = await task({ inMinutes: 14 * DAY });
  await api('social_worker', `${mine.path}/opening`, {});
  await api('volunteer 2', `${mine.path}/acceptance`, {});
  const other = await task({ inMinutes: 15 * DAY });
  const [into] = await printed(other);
  const xie = await visit('volunteer 2', { width: 320, size: 'large' });
  await xie.open(into);
  assert.match(await main(xie), /这是别的任务的码/);
  assert.match(await main(xie), /您要去的是|您今天没有任务，下一个是/);
  await holds(xie);
  await tabTo(xie, '陪老人去县医院');
  await enter(xie);
  assert.match(xie.page.url(), /\/tasks\//);
  await xie.open(`${into}0`);
  assert.match(await main(xie), /二维码已换新，请扫现场的/);
  await holds(xie);
  await xie.leave();
  const en = await visit('volunteer 2', { width: 360, lang: 'en' });
  await en.open(into);
  await holds(en);
  await en.leave();
});

test('the sheet of the task leads to the task, and tells no door', async () => {
  const cut = await task({ inMinutes: 16 * DAY });
  const desk = await visit('social_worker', { width: 1366, js: false });
  await desk.open(`/tasks/${cut.code}/sheet`);
  await holds(desk, ['axe', 'prints', 'words'], { sheet: 'a5', pages: 1 });
  assert.equal(new URL(await scan(desk.page.locator('main svg.qr'))).pathname, `/tasks/${cut.code}`);
  assert.doesNotMatch(await main(desk), /2 单元 401|13800000001/);
  await desk.leave();
});

test('no network at the door: what was typed waits, is counted, and is sent once when the network is back', async () => {
  await volunteer('department_clerk');
  const cut = await now('department_clerk');
  const zhang = await visit('department_clerk', { width: 360 });
  await zhang.open(`/tasks/${cut.code}/now`);
  await zhang.page.getByLabel('签到码').fill(cut.checkCode);
  await zhang.context.setOffline(true);
  await zhang.page.getByRole('button', { name: '确认签到' }).click();
  const note = zhang.page.locator('[data-waiting]');
  assert.match(await note.innerText(), /1 条待上传/);
  assert.equal(await zhang.page.getByRole('link', { name: '完成，签退' }).isVisible(), true, 'one can go on to signing out');
  await zhang.page.getByRole('button', { name: '确认签到' }).click();
  assert.match(await note.innerText(), /1 条待上传/, 'pressing again adds none');
  await holds(zhang);
  await zhang.shot('j3-offline');
  const sent = [];
  zhang.page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.postData()); });
  await zhang.context.setOffline(false);
  // The page of somebody who is there: it says since when.
  await zhang.page.locator('.figure-number').waitFor();
  assert.equal(await zhang.page.getByRole('link', { name: '完成，签退' }).isVisible(), true);
  assert.equal(await note.isVisible(), false);
  assert.equal(sent.length, 1);
  assert.match(sent[0], /device_at=\d{4}-/, 'the phone says when it was');
  await holds(zhang);
  await zhang.leave();
});
