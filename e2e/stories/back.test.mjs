// Back to a form that was refused: its page comes without a question of the browser, and what was typed is in it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const path = (visitor) => new URL(visitor.page.url()).pathname;

test('back to a form that was refused, and loading it anew, keeps what was typed and sends nothing', async () => {
  const zheng = await visit('community_worker', { width: 360 });
  const { page } = zheng;
  await zheng.open('/people/new');
  const [name, phone, identity] = ['姓名', '电话', '身份证号码'].map((label) => page.getByLabel(label));
  await name.fill('刘桂花');
  await phone.fill('123');
  await identity.fill('37172219480302002X');
  await page.getByLabel('女', { exact: true }).check();
  const sent = [];
  page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()); });
  await press(zheng, '登记');
  assert.match(await page.title(), /^错误：/);
  await holds(zheng);
  const typed = async () => {
    assert.equal(path(zheng), '/people/new');
    assert.equal(await name.inputValue(), '刘桂花');
    assert.equal(await phone.inputValue(), '123');
    assert.ok(await page.getByLabel('女', { exact: true }).isChecked());
    assert.equal(await identity.inputValue(), '', 'what is secret is typed again');
  };
  await zheng.open('/organisations');
  await page.goBack();
  await typed();
  await page.reload();
  await typed();
  assert.equal(sent.length, 1);
  await holds(zheng);
  // Who comes anew begins anew.
  await zheng.open('/organisations');
  await zheng.open('/people/new');
  assert.equal(await name.inputValue(), '');
  await zheng.leave();
});

test('back to a part of a page whose form has an address of its own', async () => {
  const { items } = await api('community_worker', '/organisations');
  const team = `/organisations/${items.find((one) => one.kind === 'team').id}`;
  const zheng = await visit('community_worker', { width: 1366 });
  const { page } = zheng;
  await zheng.open(team);
  await page.getByLabel('志愿者的电话').fill('139');
  await press(zheng, '入队');
  assert.match(await page.title(), /^错误：/);
  assert.equal(path(zheng), team, 'the address is that of the page');
  await zheng.open('/organisations');
  await page.goBack();
  assert.equal(path(zheng), team);
  assert.equal(await page.getByLabel('志愿者的电话').inputValue(), '139');
  await zheng.leave();
});
