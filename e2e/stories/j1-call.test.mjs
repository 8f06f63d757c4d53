// J1 by telephone: the call-taker writes down in the order of the call, and reads out what was kept.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { api, choose, enter, follow, HOME, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('at the desk, by keyboard alone: number, who, what, where, how urgent, the sentence to read out', async () => {
  const call = await visit('call_taker', { width: 1366 });
  const { phone } = await account('resident');
  await call.open('/desk/call');
  await holds(call);
  await call.shot('j1-call');
  const box = await call.page.getByRole('button', { name: '保存并交给社工' }).last().boundingBox();
  assert.ok(box.y + box.height < 3 * 768, 'the whole form lies within three screens');
  await call.open('/desk/call');
  assert.equal(await call.page.evaluate(() => document.activeElement?.id), 'caller_phone', 'the page opens at its first field');
  await call.page.keyboard.insertText(phone);
  // Enter looks the number up, and sends nothing.
  await enter(call);
  assert.match(await main(call), /登记的是/);
  assert.equal(await call.page.evaluate(() => document.activeElement?.id), 'looked', 'the keyboard goes on at the answer');
  await holds(call);
  assert.equal(await call.page.getByLabel('村或社区').inputValue(), HOME.name, 'where they live is known');
  assert.ok(await call.page.getByLabel('来电人自己').isChecked(), 'most ring for themselves');
  assert.ok(!(await call.page.getByLabel('他/她的姓名').isVisible()), 'what is asked of another is put away');
  assert.ok(!(await call.page.getByLabel('哪一天？', { exact: false }).first().isVisible()), 'and so is the day');
  await choose(call, '同住的家里人');
  assert.ok(await call.page.getByLabel('他/她的姓名').isVisible());
  await choose(call, '来电人自己');
  await choose(call, '跑腿代买');
  await tabTo(call, '出了什么事');
  await call.page.keyboard.insertText('腿脚不便，想请人代买降压药');
  await choose(call, '今天');
  await tabTo(call, '保存并交给社工');
  await enter(call);
  assert.match(await main(call), /我给您记下了：跑腿代买，黄楼社区/);
  assert.doesNotMatch(await main(call), /降压药/);
  await holds(call);
  await call.shot('j1-call-said');
  const code = (await call.page.locator('.receipt .code [aria-hidden]').innerText()).split(' ').at(-1);
  await call.leave();

  const social = await visit('social_worker', { width: 1366, js: false });
  await social.open(`/desk/${code}`);
  assert.match(await main(social), /电话/);
  await social.leave();
});

test('without JavaScript, on a phone: what is missing is said, what was typed stays', async () => {
  const call = await visit('call_taker', { width: 360, js: false });
  await call.open('/desk/call');
  await holds(call);
  assert.ok(await call.page.getByLabel('他/她的姓名').isVisible(), 'nothing is put away');
  await call.page.getByLabel('来电号码').fill('12');
  await call.page.getByLabel('出了什么事').fill('水管漏水');
  await press(call, '保存并交给社工');
  assert.match(await call.page.title(), /^错误：/);
  assert.equal(await call.page.getByLabel('出了什么事').inputValue(), '水管漏水');
  await holds(call);
  // A place that nobody knows is said while the caller is still there, not when the form is sent.
  await call.page.getByLabel('村或社区').fill('没有这个村');
  await call.page.getByLabel('来电号码').fill((await account('resident')).phone);
  await call.page.getByLabel('来电号码').focus();
  await enter(call);
  assert.match(await main(call), /没有找到这个村或社区：“没有这个村”/);
  assert.equal(await call.page.getByLabel('出了什么事').inputValue(), '水管漏水');
  await holds(call);
  await call.page.getByLabel('村或社区').fill('');
  await press(call, '查这个号码');
  assert.equal(await call.page.getByLabel('村或社区').inputValue(), HOME.name);
  // Whoever fills in another's name says whom it is for.
  await call.page.getByLabel('他/她的姓名').fill('刘奶奶');
  await press(call, '保存并交给社工');
  assert.match(await main(call), /填了别人的姓名或电话/);
  assert.equal(await call.page.getByLabel('他/她的姓名').inputValue(), '刘奶奶');
  await holds(call);
  await call.leave();
});

test('a caller says that it is not repaired: written down at the desk, and it goes on', async () => {
  const hazard = await api('resident 2', '/matters', { kind: 'hazard', place: HOME.code, fields: { category: 'manhole', where: '东门' } });
  await api('grid_member', `/matters/${hazard.id}/triage`, { answer: 'fixed', result: '井盖已换好' });
  const call = await visit('call_taker', { width: 360, js: false });
  await call.open(`/desk/${hazard.code.split(' ').at(-1)}`);
  await holds(call);
  await follow(call, '记下对方怎么说');
  await holds(call);
  await call.shot('j1-call-heard');
  await call.page.getByLabel('没解决').check();
  await call.page.getByLabel('问了谁').fill('本人来电：井盖还是翘着');
  await press(call, '记下');
  assert.match(await call.page.title(), /^错误：/);
  assert.ok(await call.page.getByLabel('没解决').isChecked(), 'what was chosen stays');
  assert.equal(await call.page.getByLabel('问了谁').inputValue(), '本人来电：井盖还是翘着');
  await holds(call);
  await call.page.getByLabel('不满意', { exact: true }).check();
  await press(call, '记下');
  assert.match(await main(call), /已记下对方的话/);
  assert.match(await main(call), /待回访/);
  await call.leave();
});

test('in English, in the elder edition', async () => {
  const call = await visit('call_taker', { width: 1366, lang: 'en', size: 'large' });
  await call.open('/desk/call');
  await holds(call);
  await call.leave();
});

test('what was typed and not sent comes back to whoever typed it, says so, and to nobody else', async () => {
  const call = await visit('call_taker', { width: 1366, fresh: true });
  const said = () => call.page.getByLabel('出了什么事');
  const notice = () => call.page.getByText('这是您上次没有发出去的话');
  const kept = () => call.page.evaluate(() => [localStorage, sessionStorage].flatMap((place) => Object.values(place)).join());
  await call.open('/desk/call');
  await said().pressSequentially('王大娘说了一半');
  await call.open('/desk');
  await call.open('/desk/call');
  assert.equal(await said().inputValue(), '王大娘说了一半');
  assert.ok(await notice().isVisible(), 'it says where the words come from');
  await holds(call);
  await call.shot('j1-call-draft');
  // In one tab only: others use this computer too.
  assert.doesNotMatch(await call.page.evaluate(() => Object.values(localStorage).join()), /王大娘/);
  await call.page.getByRole('button', { name: '清空' }).click();
  assert.equal(await said().inputValue(), '');
  await call.open('/desk/call');
  assert.ok(!(await notice().isVisible()), 'what was cleared stays away');
  await said().pressSequentially('李大爷说了一半');
  await call.open('/me');
  await press(call, '退出登录');
  assert.doesNotMatch(await kept(), /李大爷/);
  // Whose session ended by itself has left words behind: the next one neither sees nor keeps them.
  await call.signIn(await account('call_taker'));
  await call.open('/desk/call');
  await said().pressSequentially('赵大妈说了一半');
  await call.context.clearCookies();
  await call.signIn(await account('social_worker'));
  await call.open('/desk/call');
  assert.equal(await said().inputValue(), '');
  assert.doesNotMatch(await kept(), /赵大妈/);
  await call.leave();
});
