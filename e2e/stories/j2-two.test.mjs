// J2 with two at one matter, and what the desk may not do without a word: nobody's words are lost.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, choose, enter, follow, need, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('the second to save sees what the first did beside their own words, and saves again; without JavaScript', async () => {
  const asked = await need();
  const zhou = await visit('social_worker', { width: 1366, js: false });
  await zhou.open(`/desk/${asked.code}`);
  await zhou.page.getByLabel('一般', { exact: true }).check();
  await zhou.page.getByLabel('志愿者', { exact: true }).check();
  await zhou.page.getByLabel('理由').fill('下午两点上门看看');
  await api('social_worker 2', `${asked.path}/notes`, { text: '家属说晚上才在家' });
  await press(zhou, '派给志愿者');
  const said = await main(zhou);
  assert.match(said, /刚才有人先改了/);
  for (const words of ['家属说晚上才在家', '下午两点上门看看']) assert.ok(said.includes(words), words);
  assert.equal(await zhou.page.getByLabel('理由').inputValue(), '下午两点上门看看');
  await holds(zhou);
  await zhou.shot('j2-conflict');
  await press(zhou, '派给志愿者');
  assert.match(await main(zhou), /定一个任务/);
  await zhou.open(`/desk/${asked.code}`);
  const both = await main(zhou);
  for (const words of ['家属说晚上才在家', '下午两点上门看看']) assert.ok(both.includes(words), words);
  await zhou.leave();
});

test('by keyboard alone: triage; lowering the urgency wants a reason, and what was chosen stays', async () => {
  const asked = await need({ when: 'now' });
  const zhou = await visit('social_worker', { width: 1366 });
  await zhou.open(`/desk/${asked.code}`);
  await tabTo(zhou, '派给志愿者');
  await enter(zhou);
  await choose(zhou, '一般');
  await choose(zhou, '志愿者');
  await tabTo(zhou, '理由');
  await tabTo(zhou, '派给志愿者');
  await enter(zhou);
  assert.match(await zhou.page.title(), /^错误：/);
  assert.ok(await zhou.page.getByLabel('一般', { exact: true }).isChecked());
  await holds(zhou);
  // The summary of what is wrong leads to the field.
  await tabTo(zhou, '理由');
  await zhou.page.keyboard.press('Enter');
  await zhou.page.keyboard.insertText('电话里问过，可以等到下周');
  await tabTo(zhou, '派给志愿者');
  await enter(zhou);
  assert.match(await main(zhou), /定一个任务/);
  await zhou.leave();
});

test('two requests about one thing are put together, and both who asked are told', async () => {
  const [first, second] = [await need({ what: '楼道灯不亮，老人不敢下楼' }), await need({ what: '还是楼道灯的事' })];
  const zhou = await visit('social_worker', { width: 360, js: false });
  await zhou.open(`/desk/${second.code}`);
  assert.match(await main(zhou), /可能是同一件/);
  await follow(zhou, '合并到另一件');
  await press(zhou, '先把两件放在一起看');
  assert.match(await zhou.page.title(), /^错误：/);
  await holds(zhou);
  await zhou.page.locator('form [name=into], form [name=with], form [name=other], form [name=code]').first().fill(first.code);
  await press(zhou, '先把两件放在一起看');
  assert.match(await main(zhou), /两件是同一个人的/);
  await holds(zhou);
  await press(zhou, '合并');
  await holds(zhou);
  await zhou.leave();
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open(`/help/${second.code}`);
  await holds(zhang);
  assert.match(await main(zhang), /合并|一起办/);
  await zhang.leave();
});
