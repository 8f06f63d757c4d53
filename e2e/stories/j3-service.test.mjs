// J3: a volunteer is asked, goes, signs in and out; the hours count once a second person has confirmed them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { api, choose, enter, follow, HOME, minutesFromNow, night, press, tabTo, task } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();
const DAY = 24 * 60;

// Who an account is: seen from the answer to a task taken and left again.
async function person(role, days) {
  const cut = await task({ inMinutes: days * DAY });
  await api('social_worker', `${cut.path}/opening`, {});
  await api(role, `${cut.path}/acceptance`, {});
  const [offer] = (await api('social_worker', cut.path)).desk.offers;
  await api(role, `/offers/${offer.id}/withdrawal`, {});
  return offer.volunteer.id;
}

// The social worker asks this volunteer, who may be asked at any hour: the story is told at whatever time it is.
async function asked(role, cut, days) {
  const id = await person(role, days);
  await api(role, `/people/${id}/availability`, { week: [] });
  await api('social_worker', `${cut.path}/offers`, { people: [id] });
}

test('asked, accepted, and only then the door; left again without a word; without JavaScript', async () => {
  const cut = await task({ inMinutes: 5 * DAY });
  await asked('volunteer', cut, 11);
  const li = await visit('volunteer', { width: 360, js: false });
  await li.open('/tasks');
  assert.match(await main(li), /等您回复/);
  await holds(li);
  await li.shot('j3-tasks');
  await li.open(`/tasks/${cut.code}`);
  assert.match(await main(li), /带上医保卡/);
  assert.doesNotMatch(await main(li), /2 单元 401|13800000001/);
  await holds(li);
  await li.shot('j3-asked');
  await press(li, '接单');
  assert.match(await main(li), /2 单元 401/);
  assert.equal(await li.page.locator('main a[href="tel:13800000001"]').count(), 1);
  await holds(li);
  await li.shot('j3-accepted');

  // Whom it is about sees who looked.
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open('/me/readers');
  const { name } = await account('volunteer');
  assert.ok((await main(zhang)).includes(name));
  await holds(zhang);
  await zhang.leave();

  await li.page.getByText('我要取消').click();
  await holds(li);
  await press(li, '取消这个任务');
  assert.doesNotMatch(await main(li), /2 单元 401/);
  await li.leave();
});

test('declining is asked for once more and asks for no reason, by keyboard alone, in the elder edition', async () => {
  const cut = await task({ inMinutes: 6 * DAY });
  await asked('volunteer', cut, 12);
  const li = await visit('volunteer', { width: 320, size: 'large' });
  await li.open('/tasks');
  await holds(li);
  await li.open(`/tasks/${cut.code}`);
  await holds(li);
  await li.shot('j3-asked');
  await tabTo(li, '婉拒');
  await li.page.keyboard.press('Enter');
  assert.match(await main(li), /婉拒以后我们就去请别人/, 'one press too many declines nothing');
  await holds(li);
  await tabTo(li, '确定婉拒');
  await enter(li);
  assert.match(await li.page.locator('body').innerText(), /已婉拒，谢谢您告诉我们/);
  assert.match(await main(li), /点错了，或者改了主意/);
  await holds(li);
  await li.shot('j3-declined');
  await tabTo(li, '接单');
  await enter(li);
  assert.match(await main(li), /2 单元 401/, 'a press too many is taken back');
  await li.page.getByText('我要取消').click();
  await press(li, '取消这个任务');
  await li.leave();
});

test('taken by somebody else: thanked, and two like it', async () => {
  const cut = await task({ inMinutes: 7 * DAY });
  for (const other of [cut, await task({ inMinutes: 8 * DAY })]) await api('social_worker', `${other.path}/opening`, {});
  await api('volunteer 2', `${cut.path}/acceptance`, {});
  const li = await visit('volunteer', { width: 360, js: false });
  await li.open(`/tasks/${cut.code}`);
  assert.match(await main(li), /已被接走，谢谢您/);
  assert.match(await main(li), /还有相似的/);
  await holds(li);
  await li.leave();
});

test('there: the code is typed, a wrong one is told; under way; out again', async () => {
  const cut = await task({ inMinutes: 5, minutes: 30 });
  await api('social_worker', `${cut.path}/opening`, {});
  const li = await visit('volunteer', { width: 360, js: false });
  await li.open(`/tasks/${cut.code}`);
  await press(li, '接单');
  await follow(li, '到了，签到');
  await holds(li);
  await li.shot('j3-sign-in');
  await li.page.getByLabel('签到码').fill('12');
  await press(li, '确认签到');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  await li.page.getByLabel('签到码').fill(cut.checkCode);
  await press(li, '确认签到');
  assert.match(await main(li), /已签到，谢谢您/);
  await holds(li);
  await li.shot('j3-now');
  await follow(li, '完成，签退');
  await holds(li);
  await li.shot('j3-sign-out');
  await li.page.getByLabel('签到码').fill(cut.checkCode);
  await li.page.getByLabel('陪同出行').check();
  await li.page.getByLabel('好', { exact: true }).check();
  await press(li, '提交，签退');
  assert.match(await main(li), /时间太短，不记时长/);
  await holds(li);
  await li.leave();
});

test('by keyboard alone: out after half an hour, confirmed by the desk, the hours are there', async () => {
  // Somebody is needed now: the task began before it was cut.
  const cut = await task({ inMinutes: -28, minutes: 90 });
  await api('social_worker', `${cut.path}/opening`, {});
  await api('volunteer 2', `${cut.path}/acceptance`, {});
  // The phone had no network at the door: it kept when that was.
  await api('volunteer 2', `${cut.path}/check-in`, { code: cut.checkCode, device_at: minutesFromNow(-20) });
  const wang = await visit('volunteer 2', { width: 360 });
  await wang.open(`/tasks/${cut.code}/now`);
  await tabTo(wang, '完成，签退');
  await enter(wang);
  await tabTo(wang, '签到码');
  await wang.page.keyboard.insertText(cut.checkCode);
  await tabTo(wang, '陪同出行');
  await wang.page.keyboard.press('Space');
  await choose(wang, '有点担心');
  await tabTo(wang, '提交，签退');
  await enter(wang);
  assert.match(await main(wang), /时长等确认/);
  await wang.open('/me/hours');
  assert.match(await main(wang), /等确认/);
  await holds(wang);
  await wang.shot('j3-hours');

  // The person served says that it is solved; a second person has confirmed it so.
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open(`/help/${cut.matter.code}`);
  await holds(zhang);
  await zhang.shot('j3-rate');
  await press(zhang, '提交评价');
  assert.match(await main(zhang), /请选择“解决了吗？”[^]*请选择“满意吗？”/, 'both at once');
  await holds(zhang);
  await zhang.page.getByLabel('解决了', { exact: true }).check();
  await zhang.page.getByLabel('非常满意', { exact: true }).check();
  await press(zhang, '提交评价');
  assert.match(await main(zhang), /谢谢您，已经记下/);
  await holds(zhang);
  await zhang.leave();

  const desk = await visit('community_worker', { width: 1366, js: false });
  await desk.open('/desk/confirm');
  await holds(desk);
  await desk.shot('j3-confirm');
  await desk.leave();
  await wang.leave();
});

test('forgotten to sign in: a late entry, of a class of its own, counts once somebody else has confirmed it', async () => {
  const li = await visit('volunteer', { width: 360, js: false });
  await li.open('/me/hours/late');
  await holds(li);
  await li.shot('j3-late');
  await press(li, '提交补录');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  const title = `楼道清扫 ${Date.now() % 100000}`;
  const day = new Date(Date.now() - 20 * DAY * 60_000 - (Date.now() % 20) * DAY * 60_000).toISOString().slice(0, 10);
  await li.page.getByLabel('什么活动').fill(title);
  await li.page.getByLabel('在哪个村或社区').fill(HOME.code);
  await li.page.getByLabel('什么时候开始').fill(`${day}T05:00`);
  await li.page.getByLabel('什么时候结束').fill(`${day}T05:40`);
  await li.page.getByLabel('做的事').fill('和邻居一起打扫楼道');
  await li.page.getByLabel('自愿、无偿的服务').check();
  await li.page.getByLabel('为什么当时没有签到').fill('手机没电了');
  await press(li, '提交补录');
  assert.match(await main(li), /等另一个人确认/);
  await holds(li);

  const desk = await visit('community_worker', { width: 360, js: false });
  await desk.open('/desk/confirm');
  await holds(desk);
  const mine = desk.page.locator('article', { hasText: title });
  assert.equal(await mine.count(), 1);
  await Promise.all([desk.page.waitForNavigation(), mine.getByRole('button').click()]);
  assert.match(await main(desk), /已确认，时长记上了/);
  await desk.leave();
  await li.open('/me/hours');
  assert.match(await main(li), new RegExp(title));
  await holds(li);
  await li.leave();
});

test('said to be wrong: the desk finds it and sets it right, by keyboard; somebody else confirms', async () => {
  const record = await night('volunteer', 25);
  const li = await visit('volunteer', { width: 320, js: false });
  await li.open(`/me/records/${record}`);
  await li.page.getByText('这条有误？').click();
  await li.page.getByLabel('哪里不对').fill('记长了，四点就走了');
  await press(li, '提出异议');
  assert.match(await main(li), /有异议/);
  await holds(li);

  const desk = await visit('community_worker', { width: 360 });
  await desk.open('/desk/confirm');
  await holds(desk);
  await desk.shot('j3-contested');
  await desk.page.locator('li', { hasText: '记长了，四点就走了' }).getByRole('link').last().click();
  await follow(desk, '更正这条记录');
  await holds(desk);
  await desk.shot('j3-correct');
  const end = desk.page.locator('[name=end]');
  await end.fill((await end.inputValue()).replace('05:30', '04:00'));
  await desk.page.getByLabel('核实的答复').fill('问过值班的人，四点走的');
  await tabTo(desk, '更正');
  await enter(desk);
  assert.match(await desk.page.locator('body').innerText(), /已更正，等另一个人确认/);
  await desk.leave();
  await api('social_worker', `/records/${record}/confirmation`, {});
  await li.open(`/me/records/${record}`);
  assert.match(await main(li), /8 小时/);
  await li.leave();
});

test('in English; and what an empty list says', async () => {
  const li = await visit('team_leader', { width: 360, lang: 'en' });
  for (const path of ['/tasks', '/me/hours', '/me/hours/late']) {
    await li.open(path);
    await holds(li);
  }
  await li.leave();
});
