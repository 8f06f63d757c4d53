// J1 by telephone: the call-taker writes down in the order of the call, and reads out what was kept.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { choose, enter, HOME, press, tabTo } from '../lib/story.mjs';
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
  await tabTo(call, '来电号码');
  await call.page.keyboard.insertText(phone);
  await tabTo(call, '查这个号码');
  await enter(call);
  assert.match(await main(call), /登记的是/);
  await holds(call);
  await choose(call, '自己');
  await choose(call, '跑腿代买');
  await tabTo(call, '出了什么事');
  await call.page.keyboard.insertText('腿脚不便，想请人代买降压药');
  await choose(call, '今天');
  await tabTo(call, '村或社区');
  await call.page.keyboard.press('Control+A');
  await call.page.keyboard.insertText(HOME.name);
  await tabTo(call, '保存并交给社工');
  await enter(call);
  assert.match(await main(call), /我给您记下了：跑腿代买，黄楼社区/);
  assert.doesNotMatch(await main(call), /降压药/);
  await holds(call);
  await call.shot('j1-call-said');
  const code = (await call.page.locator('.receipt .code').innerText()).split(' ').at(-1);
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
  await call.page.getByLabel('来电号码').fill('12');
  await call.page.getByLabel('出了什么事').fill('水管漏水');
  await press(call, '保存并交给社工');
  assert.match(await call.page.title(), /^错误：/);
  assert.equal(await call.page.getByLabel('出了什么事').inputValue(), '水管漏水');
  await holds(call);
  await call.leave();
});

test('in English, in the elder edition', async () => {
  const call = await visit('call_taker', { width: 1366, lang: 'en', size: 'large' });
  await call.open('/desk/call');
  await holds(call);
  await call.leave();
});
