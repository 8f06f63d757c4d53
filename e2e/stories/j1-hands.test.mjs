// J1 by every hand: a delegate asks, a clerk telephones the one represented, the delegate acts under a banner, both are
// told, and it ends at once; and a card that signs nobody's name away.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { follow, person, press } from '../lib/story.mjs';
import { VISITOR, visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();
const body = (visitor) => visitor.page.locator('body').innerText();

test('without JavaScript: asked, confirmed by a clerk, acted under the banner, told, ended', async () => {
  const her = await person('resident');
  const { phone } = await account('resident');
  const li = await visit('resident 2', { width: 360, js: false, fresh: true });
  await li.open('/me/family');
  await holds(li);
  await li.page.getByText('新的委托').click();
  await li.page.getByLabel('我替别人办').check();
  await li.page.getByLabel('对方的电话').fill(phone);
  await press(li, '提交');
  assert.match(await li.page.title(), /^错误：/, 'no kind was chosen');
  assert.equal(await li.page.getByLabel('对方的电话').inputValue(), phone);
  await holds(li);
  await li.page.getByLabel('求助', { exact: true }).check();
  await press(li, '提交');
  assert.match(await main(li), /已发出/);
  assert.ok(!(await main(li)).includes(her.name), 'a number does not tell whose it is');

  const clerk = await visit('social_worker', { width: 1366, js: false });
  await clerk.open(`/people/${her.id}`);
  await holds(clerk);
  await follow(clerk, /的委托$/);
  await holds(clerk);
  await clerk.shot('j1-hands-confirm');
  await press(clerk, '替本人记下确认');
  assert.match(await main(clerk), /请选本人是怎样确认的/);
  await clerk.page.getByLabel('已打电话向本人确认').first().check();
  await press(clerk, '替本人记下确认');
  assert.match(await main(clerk), /委托生效/);
  await clerk.leave();

  await li.open('/me/family');
  await holds(li);
  await li.shot('j1-hands-family');
  await press(li, `替${her.name}办理`);
  assert.ok((await body(li)).includes(`您在替${her.name}办理`));
  // What is their own is not shown under the banner of another.
  await li.open('/me/cards');
  assert.match(await main(li), /这一页是您自己的/);
  await holds(li);
  await li.open('/help');
  await follow(li, '跑腿代买');
  await holds(li);
  await li.shot('j1-hands-banner');
  await li.page.getByLabel('您替他/她办').check();
  await press(li, '继续');
  await li.page.getByLabel('出了什么事').fill('请人代买降压药');
  await li.page.getByLabel('今天', { exact: true }).check();
  await press(li, '继续');
  await press(li, '继续');
  await press(li, '提交');
  assert.match(await main(li), /编号/);
  assert.ok((await body(li)).includes(`您在替${her.name}办理`));
  await holds(li);
  const receipt = new URL(li.page.url()).pathname;

  // Both are told; what it is about is not in the message.
  const outbox = await visit(VISITOR, { width: 360, js: false });
  await outbox.open('/demo/outbox');
  const told = await main(outbox);
  assert.match(told, /替您办了一件事/);
  assert.doesNotMatch(told, /降压药/);
  await outbox.leave();

  const zhang = await visit('resident', { width: 360, js: false, fresh: true });
  await zhang.open(receipt);
  await zhang.page.locator('summary', { hasText: '替您求助的人当时说的' }).click();
  assert.match(await main(zhang), /请人代买降压药/);
  await zhang.open('/me/family');
  assert.match(await main(zhang), /登记了一件事/);
  await holds(zhang);
  await press(zhang, /^取消委托/);
  assert.match(await main(zhang), /马上生效/);
  await zhang.leave();

  await li.open('/me');
  assert.ok(!(await body(li)).includes('您在替'), 'it ends with the next request');
  await li.open(receipt);
  assert.doesNotMatch(await main(li), /降压药/);
  await li.leave();
});

test('without JavaScript: whom one asks to act reads by whom, and nothing holds before they agree', async () => {
  const helper = await person('resident 2');
  const { phone } = await account('resident 2');
  const her = await visit('resident', { width: 360, js: false, fresh: true });
  const ask = async (name) => {
    await her.open('/me/family');
    await her.page.getByText('新的委托').click();
    await her.page.getByLabel('请别人替我办').check();
    await her.page.getByLabel('对方的姓名').fill(name);
    await her.page.getByLabel('对方的电话').fill(phone);
    await her.page.getByLabel('求助', { exact: true }).check();
    await press(her, '提交');
  };
  await ask('');
  assert.match(await her.page.title(), /^错误：/, 'nobody was named');
  await holds(her);
  await her.page.getByLabel('对方的姓名').fill(helper.name);
  await press(her, '提交');
  assert.match(await main(her), /已发出/);
  assert.match(await main(her), /等对方答应/);
  await holds(her);
  await her.shot('j1-hands-asked');

  const helps = await visit('resident 2', { width: 320, js: false, fresh: true });
  await helps.open('/me/family');
  assert.match(await main(helps), /等您答应/);
  await holds(helps);
  await helps.shot('j1-hands-asks-you');
  await press(helps, /^不答应/);
  assert.match(await main(helps), /您没有答应/);

  await her.open('/me/family');
  assert.match(await main(her), /对方没有同意/);
  await ask(helper.name);
  await helps.open('/me/family');
  await press(helps, /^我答应/);
  assert.match(await main(helps), /现在就可以替对方办事/);
  await holds(helps);
  await press(helps, /^不再替他\/她办/);
  await helps.leave();
  await her.leave();
});

test('a card is printed eight to a sheet, and shows nothing of its holder', async () => {
  const her = await person('resident');
  const clerk = await visit('community_worker', { width: 1366, js: false });
  await clerk.open(`/people/${her.id}/cards`);
  await holds(clerk);
  const replaces = clerk.page.getByLabel('换新卡');
  await replaces.check();
  await press(clerk, '制本人的卡');
  assert.equal(await clerk.page.locator('.id-card svg.qr').count(), 1);
  assert.ok(!(await clerk.page.locator('.card-sheet').first().innerText()).includes(her.name));
  const size = await clerk.page.locator('svg.qr').boundingBox();
  assert.ok(size.width >= (20 / 25.4) * 96, 'at least 20 mm wide');
  await holds(clerk, ['prints'], { pages: 3 });
  await clerk.shot('j1-hands-sheet');
  const code = await clerk.page.locator('.id-card .code').innerText();
  await clerk.leave();

  const finder = await visit(VISITOR, { width: 320, js: false });
  await finder.open('/c');
  await holds(finder);
  await finder.page.getByLabel('卡号').fill('123');
  await press(finder, '打开');
  assert.match(await finder.page.title(), /^错误：/);
  await finder.page.getByLabel('卡号').fill(code.replaceAll('-', ' ').toLowerCase());
  await press(finder, '打开');
  assert.match(await main(finder), /黄楼社区的便民服务卡/);
  assert.ok(!(await main(finder)).includes(her.name));
  await holds(finder);
  await finder.shot('j1-hands-card');
  const card = new URL(finder.page.url()).pathname;
  await finder.leave();

  const neighbour = await visit('resident 2', { width: 360, size: 'large', js: false });
  await neighbour.open(card);
  await holds(neighbour);
  await follow(neighbour, '替持卡人求助');
  await holds(neighbour);
  await neighbour.shot('j1-hands-help');
  await neighbour.page.getByLabel('跑腿代买').check();
  await neighbour.page.getByLabel('出了什么事').fill('老人家里没有米了');
  await neighbour.page.getByLabel('今天', { exact: true }).check();
  await press(neighbour, '提交');
  assert.match(await main(neighbour), /已经替持卡人登记/);
  assert.ok(!(await main(neighbour)).includes(her.name));
  await neighbour.leave();

  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open('/me/cards');
  await holds(zhang);
  await follow(zhang, /^卡丢了，要挂失/);
  await holds(zhang);
  await press(zhang, '挂失');
  assert.match(await main(zhang), /已挂失/);
  await holds(zhang);
  await zhang.leave();
});

test('in English', async () => {
  const clerk = await visit('community_worker', { width: 1366, lang: 'en' });
  for (const path of ['/cards', '/c', '/me/family', '/me/cards']) {
    await clerk.open(path);
    await holds(clerk);
  }
  await clerk.leave();
});
