// The session ends while somebody writes: signed in again, what they wrote is there and is sent with one press.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { api, enter, HOME, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

// Ends this one's session from another device, as one does when a phone is lost. Nobody of the other stories: all their
// sessions end.
async function endedElsewhere(role) {
  const other = await visit(role, { width: 360, js: false, fresh: true });
  await other.open('/me/sessions');
  await holds(other);
  const rows = other.page.locator('form[action*="/end"] button');
  while (await rows.count()) await Promise.all([other.page.waitForNavigation(), rows.first().click()]);
  await other.leave();
}

test('who asks for help, without JavaScript', async () => {
  const dong = await visit('inspector 2', { width: 320, js: false, fresh: true });
  await dong.open('/help/new/who?type=errands');
  await dong.page.getByLabel('邻居').check();
  await dong.page.getByLabel('姓名').first().fill('刘大娘');
  await endedElsewhere('inspector 2');
  await press(dong, '继续');
  assert.match(dong.page.url(), /\/login\?back=/);
  await dong.signIn({ ...await account('inspector 2'), here: true });
  assert.match(await main(dong), /您刚才写的还在/);
  assert.match(await main(dong), /刘大娘/);
  await holds(dong);
  await dong.shot('start-left');
  await press(dong, '接着提交');
  await dong.open('/help/new/who');
  assert.equal(await dong.page.getByLabel('姓名').first().inputValue(), '刘大娘');
  assert.ok(await dong.page.getByLabel('邻居').isChecked());
  await dong.open('/help');
  await press(dong, '不要了');
  await dong.leave();
});

test('who works at the desk, by keyboard, in the elder edition', async () => {
  const found = { kind: 'hazard', place: HOME.code, fields: { category: 'manhole', where: '北门' } };
  const code = (await api('resident 2', '/matters', found)).code.split(' ').at(-1);
  const grid = await visit('grid_member 2', { width: 360, size: 'large', fresh: true });
  await grid.open(`/desk/${code}?do=note`);
  await tabTo(grid, '写一笔');
  await grid.page.keyboard.insertText('已经放了警示牌');
  await endedElsewhere('grid_member 2');
  await tabTo(grid, '记一笔');
  await enter(grid);
  await grid.signIn({ ...await account('grid_member 2'), here: true });
  assert.match(await main(grid), /已经放了警示牌/);
  await holds(grid);
  await tabTo(grid, '接着提交');
  await enter(grid);
  assert.match(await main(grid), /已经放了警示牌/);
  assert.match(grid.page.url(), /\/desk\//);
  await grid.leave();
});
