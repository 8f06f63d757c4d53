// J1 for those in a hurry: a courier sees a hazard. Photo, tile, send.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, follow, HOME, photo, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

// Not the resident of j1-help: test files run side by side, and what one person has half filled in is theirs in all of them.
const COURIER = 'resident 2';

const main = (visitor) => visitor.page.locator('main').innerText();

async function afresh(visitor) {
  await visitor.open('/hazard');
  const discard = visitor.page.getByRole('button', { name: /^(不要了|Throw away)$/ });
  while (await discard.count()) {
    await Promise.all([visitor.page.waitForNavigation(), discard.first().click()]);
    await visitor.open('/hazard');
  }
}

// Whether the same was reported near by shows before sending; this one is another.
async function sendAnyway(visitor, name) {
  if (visitor.page.url().includes('/check')) {
    await holds(visitor);
    await press(visitor, name);
  }
}

test('photo, here, tile, send; only who goes there sees where it was', async () => {
  const courier = await visit(COURIER, { width: 360, height: 740 });
  await courier.context.grantPermissions(['geolocation']);
  await courier.context.setGeolocation({ latitude: 34.79312, longitude: 116.08745 });
  await afresh(courier);
  await holds(courier);
  await courier.shot('j1-hazard-door');
  await follow(courier, '拍一张，报隐患');
  await holds(courier);
  await courier.shot('j1-hazard');
  const low = async (locator) => { const box = await locator.boundingBox(); return box.y + box.height; };
  assert.ok(await low(courier.page.getByLabel('拍一张')) < 740, 'the photo is on the first screen');
  assert.ok(await low(courier.page.getByText('积水')) < 2 * 740, 'the tiles are on the first two');
  assert.ok(await low(courier.page.getByRole('button', { name: '提交' })) <= 740, 'and sending is always in sight');
  assert.equal(await courier.page.getByLabel('还想说什么').isVisible(), false, 'the rest is folded');

  await courier.page.getByLabel('拍一张').setInputFiles(await photo(courier));
  await courier.page.getByRole('button', { name: '加上我现在的位置' }).click();
  await courier.page.getByText('位置已加上').waitFor();
  await courier.page.getByLabel('井盖').check();
  await press(courier, '提交');
  await sendAnyway(courier, '提交');
  assert.match(await main(courier), /井盖/);
  assert.match(await main(courier), /照片/);
  await holds(courier);
  const code = new URL(courier.page.url()).pathname.split('/').at(-1);
  await courier.leave();

  const stranger = await visit('visitor', { width: 360 });
  await stranger.open(`/t/${code}`);
  assert.doesNotMatch(await main(stranger), /34\.79312/);
  await stranger.leave();

  const grid = await visit('grid_member', { width: 360, js: false });
  await grid.open(`/desk/${code}`);
  assert.doesNotMatch(await main(grid), /34\.79312/, 'sealed until it is opened');
  await holds(grid);
  await press(grid, '看封存的内容');
  assert.match(await main(grid), /34\.79312,116\.08745/);
  await grid.leave();
});

test('repaired and photographed: covered by keyboard, without JavaScript, and only then seen by whoever reported it', async () => {
  const found = { kind: 'hazard', place: HOME.code, fields: { category: 'manhole', where: '南门' } };
  const matter = await api(COURIER, '/matters', found);
  const code = matter.code.split(' ').at(-1).replaceAll('-', '');
  const grid = await visit('grid_member', { width: 360, js: false });
  await grid.open(`/desk/${code}?do=note`);
  await holds(grid);
  await grid.page.getByLabel('写一笔').fill('井盖已换好');
  await grid.page.locator('input[type=file]').setInputFiles(await photo(grid));
  await press(grid, '记一笔');
  assert.match(await main(grid), /仅办理的人和拍照的人可见/);

  const resident = await visit(COURIER, { width: 360 });
  await resident.open(`/help/${code}`);
  assert.equal(await resident.page.locator('.photos img').count(), 0, 'nobody has looked yet');

  await follow(grid, '遮挡，给别人看');
  await holds(grid);
  await grid.shot('j1-hazard-cover');
  await press(grid, '给别人看');
  assert.match(await main(grid), /还没有选要遮的格子/);
  await holds(grid);
  await grid.page.locator('input[value="2-1"]').focus();
  await grid.page.keyboard.press('Space');
  await press(grid, '给别人看');
  assert.match(await main(grid), /遮挡后别人可见/);
  await holds(grid);
  await grid.leave();

  await resident.open(`/help/${code}`);
  assert.equal(await resident.page.locator('.photos img').count(), 1);
  await holds(resident);
  await resident.leave();

  for (const settings of [{ width: 1366 }, { width: 320, lang: 'en' }]) {
    const desk = await visit('grid_member', settings);
    await desk.open(`/desk/${code}`);
    await holds(desk);
    await desk.open(await desk.page.locator('.photos a.btn').first().getAttribute('href'));
    await holds(desk);
    await desk.shot('j1-hazard-cover');
    await desk.leave();
  }
});

test('without JavaScript there is no question for the position, and nothing is missing', async () => {
  const courier = await visit(COURIER, { width: 320, js: false });
  await afresh(courier);
  await follow(courier, '拍一张，报隐患');
  assert.equal(await courier.page.getByRole('button', { name: '加上我现在的位置' }).count(), 0);
  await holds(courier);
  await press(courier, '提交');
  assert.match(await courier.page.title(), /^错误：/);
  await holds(courier);
  await courier.page.getByLabel('消防通道').check();
  await courier.page.getByText('在哪里、还想说什么').click();
  await courier.page.getByLabel('在哪里？', { exact: false }).first().fill('东门口');
  await holds(courier);
  await press(courier, '提交');
  await sendAnyway(courier, '提交');
  await courier.page.getByText('您当时说的').click();
  assert.match(await main(courier), /东门口/);
  assert.match(await main(courier), new RegExp(HOME.name));
  await courier.leave();
});

test('in the elder edition and in English', async () => {
  for (const settings of [{ size: 'large' }, { lang: 'en' }]) {
    const courier = await visit(COURIER, { width: 360, ...settings });
    await courier.open('/hazard/new');
    await holds(courier);
    await courier.shot('j1-hazard');
    await courier.leave();
  }
});
