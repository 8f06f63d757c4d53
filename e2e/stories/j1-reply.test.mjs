// Whom a report is about is heard: asked at the desk, answers on a phone without JavaScript, and is read by who handles it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { api, follow, HOME, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('asked without being told who reported, heard, and read', async () => {
  const fields = { category: 'fire_lane', where: '北门' };
  const hazard = await api('resident 2', '/matters', { kind: 'hazard', place: HOME.code, fields });
  const code = hazard.code.split(' ').at(-1).replaceAll('-', '');
  const { phone } = await account('team_leader 2');

  const grid = await visit('grid_member', { width: 360, js: false });
  await grid.open(`/desk/${code}?do=ask-reply`);
  await holds(grid);
  await grid.page.getByLabel('当事人', { exact: true }).fill('北门小超市');
  await press(grid, '请当事人说明');
  await holds(grid);
  assert.equal(await grid.page.getByLabel('当事人', { exact: true }).inputValue(), '北门小超市', 'what was typed stays');
  await grid.page.getByLabel('当事人的手机号').fill(phone);
  await grid.page.getByLabel('告诉当事人什么').fill('有人反映店门口的货箱挡住了消防通道');
  await press(grid, '请当事人说明');
  await holds(grid);
  await grid.shot('j1-reply-asked');
  await press(grid, '打印告知单');
  await holds(grid, ['axe', 'prints', 'words'], { sheet: 'a5', pages: 1 });
  await grid.leave();

  const party = await visit('team_leader 2', { width: 360, js: false });
  await party.open('/me');
  await follow(party, '想听您怎么说');
  await holds(party);
  await follow(party, '消防通道');
  await holds(party);
  await party.shot('j1-reply');
  assert.match(await main(party), /货箱挡住了消防通道/);
  await press(party, '提交说明');
  await holds(party);
  await party.page.getByLabel('您怎么说').fill('今早已经搬走，以后放在后院');
  await press(party, '提交说明');
  await holds(party);
  assert.match(await main(party), /您已说明/);
  await party.leave();

  const desk = await visit('grid_member', { width: 1366 });
  await desk.open(`/desk/${code}`);
  assert.doesNotMatch(await main(desk), /放在后院/, 'sealed until it is opened');
  await press(desk, '看封存的内容');
  assert.match(await main(desk), /放在后院/);
  await holds(desk);
  await desk.shot('j1-reply-read');
  await desk.leave();
});
