// Arriving: for the first time, with another size of text, without a network, after the session has ended.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { enter, follow, HOME, press, tabTo } from '../lib/story.mjs';
import { visit, VISITOR } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();
const size = (visitor) => visitor.page.locator('html').getAttribute('data-size');

test('in the elder edition the way to ask for help is on the first small screen, by keyboard too', async () => {
  const elder = await visit(VISITOR, { width: 360, height: 640, size: 'large' });
  await elder.open('/');
  const box = await elder.page.getByRole('link', { name: '我要求助' }).boundingBox();
  assert.ok(box.y + box.height <= 640, `it ends at ${box.y + box.height}`);
  await elder.shot('start-elder', { fullPage: false });
  await tabTo(elder, '我要求助');
  await enter(elder);
  assert.match(await elder.page.title(), /您需要什么帮助/);
  await elder.leave();
});

test('without JavaScript: large text stays through signing in for the first time and in the other language', async () => {
  const phone = `1396${String(Date.now() % 10_000_000).padStart(7, '0')}`;
  const li = await visit(VISITOR, { width: 320, js: false });
  await li.open('/');
  assert.equal(await size(li), null);
  await follow(li, '长辈版');
  assert.equal(await size(li), 'large');
  await follow(li, '登录');
  await press(li, '发验证码');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  await li.send({ phone });
  assert.equal(await li.page.locator('main :is(img, canvas, iframe)').count(), 0, 'no picture puzzle');
  await li.send({ code: '000000' });
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  await li.send({ code: await li.codeSentTo(phone) });
  await holds(li);
  await li.shot('start-join');
  await press(li, '登记并进入');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  await li.page.getByLabel('您的姓名').fill('新来的');
  await li.page.getByLabel('村或社区').fill(HOME.name);
  await press(li, '登记并进入');
  assert.equal(await size(li), 'large', 'the size of the text is the reader’s, not the session’s');
  // Whoever has just come has nothing yet, and each list says so.
  for (const path of ['/', '/me', '/me/hours', '/me/certificates', '/me/cards', '/me/family', '/me/readers']) {
    await li.open(path);
    assert.ok(await li.page.locator('main .empty').count() > 0, `${path} says that nothing is there`);
    await holds(li);
  }
  await follow(li, 'English');
  assert.equal(await size(li), 'large');
  assert.equal(await li.page.locator('html').getAttribute('lang'), 'en');
  await li.leave();
});

test('the code of the message can be pasted', async () => {
  const li = await visit(VISITOR, { width: 360 });
  await li.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await li.open('/login');
  await li.send({ phone: '13800000003' });
  await li.page.evaluate(() => navigator.clipboard.writeText('246810'));
  await li.page.locator('[name=code]').focus();
  await li.page.keyboard.press('Control+V');
  assert.equal(await li.page.locator('[name=code]').inputValue(), '246810');
  await li.leave();
});
