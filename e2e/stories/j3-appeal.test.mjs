// J3: hours that a review took away; the volunteer appeals, and somebody above who had no part in it gives them back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, choose, enter, follow, foundFalse, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('found false, appealed about without JavaScript at 320 px, overturned by keyboard', async () => {
  const record = await foundFalse('volunteer 2', 14);
  const own = await visit('volunteer 2', { width: 320, js: false });
  await own.open(`/me/records/${record}`);
  assert.match(await main(own), /问过门卫[\s\S]*前申请复核，只能申请一次/);
  await holds(own);
  await press(own, '申请复核');
  assert.match(await own.page.title(), /^错误：/);
  await holds(own);
  await own.page.getByLabel('您认为哪里不对').fill('夜班的门卫可以作证');
  await press(own, '申请复核');
  assert.match(await main(own), /申请复核中[\s\S]*夜班的门卫可以作证/);
  await holds(own);
  await own.shot('j3-appeal');

  const inspector = await visit('inspector', { width: 1366 });
  await inspector.open('/');
  assert.match(await main(inspector), /复核申请等着决定/);
  await follow(inspector, '时长复核');
  await holds(inspector);
  await inspector.open(`/desk/reviews/${record}`);
  for (const said of ['夜班的门卫可以作证', '那晚是我值的班', '问过门卫']) assert.ok((await main(inspector)).includes(said), said);
  await holds(inspector);
  await inspector.shot('j3-appeal-decide');
  await choose(inspector, '撤销');
  await tabTo(inspector, '理由');
  await inspector.page.keyboard.type('夜班的门卫说那晚是他值的班');
  await tabTo(inspector, '提交决定');
  await enter(inspector);
  await holds(inspector);
  await inspector.leave();

  await own.open(`/me/records/${record}`);
  assert.match(await main(own), /认定已撤销[\s\S]*夜班的门卫说那晚是他值的班/);
  await holds(own);
  await own.leave();
  const [row] = (await api('volunteer 2', '/records?mine=true')).items.filter((one) => one.id === record);
  assert.deepEqual([row.state, row.review, row.appeal], ['confirmed', 'cleared', 'overturned']);
});
