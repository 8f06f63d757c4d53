// J2: the social worker judges a need, cuts a task, and finds somebody to go.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { enter, follow, need, press, tabTo, task } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('a screen shows twenty matters, the most urgent first, and the head of the table stays', async () => {
  for (let asked = 0; asked < 22; asked += 1) await need();
  const zhou = await visit('social_worker', { width: 1366 });
  await zhou.open('/desk?tab=review');
  const rows = await zhou.page.locator('table.dense tbody tr').evaluateAll((all) => all
    .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).map((row) => row.getBoundingClientRect().height));
  const all = await zhou.page.locator('table.dense tbody tr').count();
  assert.ok(all >= 20, `${all} matters wait`);
  assert.ok(rows.length >= 20, `${rows.length} rows are in sight`);
  await holds(zhou);
  await zhou.shot('j2-queue', { fullPage: false });
  await zhou.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const head = await zhou.page.locator('table.dense thead th').first().boundingBox();
  assert.ok(head.y >= -1 && head.y < 40, 'the head of the table stays in sight');
  await zhou.leave();
});

test('triage, task, the reasons for each, invitations; without JavaScript', async () => {
  const asked = await need();
  const zhou = await visit('social_worker', { width: 1366, js: false });
  await zhou.open(`/desk/${asked.code}`);
  assert.doesNotMatch(await main(zhou), /下楼要人扶/);
  await holds(zhou);
  await zhou.shot('j2-matter');
  await follow(zhou, '派给志愿者');
  // What the answer needs is said when it is missing.
  await press(zhou, '派给志愿者');
  assert.match(await zhou.page.title(), /^错误：/);
  await holds(zhou);
  await zhou.page.getByLabel('一天内', { exact: true }).check();
  await zhou.page.getByLabel('志愿者', { exact: true }).check();
  await holds(zhou);
  await zhou.shot('j2-triage');
  await press(zhou, '派给志愿者');

  assert.match(await main(zhou), /定一个任务/);
  await holds(zhou);
  await zhou.shot('j2-cut');
  await zhou.page.getByLabel('任务名称').fill('陪老人去县医院取药');
  await press(zhou, '定下，找人');
  const candidates = zhou.page.locator('input[name=people]');
  assert.ok(await candidates.count() > 0, 'somebody fits');
  const reason = await zhou.page.locator('label:has(input[name=people]) .hint').first().innerText();
  assert.ok(reason.length > 3, 'and each with a reason');
  await holds(zhou);
  await zhou.shot('j2-assign');
  await candidates.first().check();
  await press(zhou, '发邀请');
  assert.match(await main(zhou), /等回复/);
  await holds(zhou);
  await zhou.shot('j2-invited');
  await zhou.leave();
});

test('by keyboard alone: from the queue into a matter, and a remark', async () => {
  const asked = await need();
  const zhou = await visit('social_worker', { width: 1366 });
  await zhou.open('/desk');
  const top = await zhou.page.locator('table.dense tbody a').first().innerText();
  await tabTo(zhou, top.replaceAll(/\s+/g, ' ').trim());
  await enter(zhou);
  assert.match(new URL(zhou.page.url()).pathname, /^\/desk\/\w+/);
  await holds(zhou);
  await zhou.open(`/desk/${asked.code}`);
  await tabTo(zhou, '记一笔');
  await enter(zhou);
  await tabTo(zhou, '写一笔');
  await zhou.page.keyboard.insertText('已经打电话问过，下午在家');
  await tabTo(zhou, '记一笔');
  await enter(zhou);
  assert.match(await main(zhou), /已经打电话问过，下午在家/);
  await zhou.leave();
});

test('nobody fits: the page says so, and what could be relaxed', async () => {
  const shown = await task({ inMinutes: 48 * 60, needs: { credentials: ['elder_care'] } });
  const cut = await task({ inMinutes: 24 * 60, needs: { skills: ['law', 'psychology', 'riders', 'electrician'] } });
  const zhou = await visit('social_worker', { width: 1366, js: false });
  await zhou.open(`/tasks/${shown.code}/assign`);
  assert.match(await main(zhou), /要去的同事还没有登记、核对过有效的证书/);
  assert.doesNotMatch(await main(zhou), /我自己去/);
  await holds(zhou);
  await zhou.open(`/tasks/${cut.code}/assign`);
  assert.match(await main(zhou), /现在没有合适的人/);
  assert.match(await main(zhou), /我自己去/);
  assert.match(await main(zhou), /不合适的 \d+ 人/);
  await holds(zhou);
  await zhou.shot('j2-nobody');
  await zhou.page.getByText(/不合适的 \d+ 人/).click();
  await holds(zhou);
  await press(zhou, '我自己去');
  assert.match(await main(zhou), /您已接下一个名额/);
  await zhou.leave();
});

test('a no has its reason, and the resident reads whose it is', async () => {
  const asked = await need({ category: 'other', what: '门前的路灯不亮' });
  const zhou = await visit('social_worker', { width: 360, js: false });
  await zhou.open(`/desk/${asked.code}`);
  await holds(zhou);
  await follow(zhou, '不属于受理范围');
  await press(zhou, '不属于受理范围');
  assert.match(await zhou.page.title(), /^错误：/);
  await holds(zhou);
  await zhou.page.getByLabel('该由谁办').fill('县供电公司，0530-5550100');
  const reason = zhou.page.getByLabel('理由');
  if (await reason.count()) await reason.fill('路灯由供电公司管');
  await press(zhou, '不属于受理范围');
  assert.match(await main(zhou), /已办结/);
  await zhou.leave();
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open(`/help/${asked.code}`);
  assert.match(await main(zhang), /县供电公司/);
  await holds(zhang);
  await zhang.leave();
});

test('an empty list says so, in the elder edition and in English', async () => {
  for (const [settings, words] of [[{ size: 'large' }, /现在没有等着办的事/], [{ lang: 'en' }, /Nothing waits|nothing/i]]) {
    const zhou = await visit('social_worker', { width: 320, ...settings });
    await zhou.open('/desk?tab=review&kind=hazard&level=complex');
    assert.match(await main(zhou), words);
    await holds(zhou);
    await zhou.shot('j2-empty');
    await zhou.leave();
  }
});

test('the inbox of a grid member', async () => {
  const grid = await visit('grid_member', { width: 320, js: false });
  await grid.open('/handling');
  await holds(grid);
  const one = grid.page.locator('main .cells a').first();
  if (await one.count()) {
    await Promise.all([grid.page.waitForNavigation(), one.click()]);
    await holds(grid);
  }
  await grid.leave();
});
