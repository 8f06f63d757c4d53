// J2 with one key for one thing, and the line that says what has come meanwhile.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, enter, follow, need, press, task } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const focus = (visitor) => visitor.page.evaluate(() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  return { row: [...document.querySelectorAll('[data-row]')].indexOf(at), name: at.name ?? '', tag: at.tagName, ring: parseFloat(style.outlineWidth) >= 3 && style.outlineStyle !== 'none' };
});
const path = (visitor) => new URL(visitor.page.url()).pathname;
const struck = (visitor, key) => Promise.all([visitor.page.waitForNavigation(), visitor.page.keyboard.press(key)]);

test('j and k move the focus, Enter opens, n and a act, / filters, ? lists them', async () => {
  const [asked] = [await need(), await need(), await need()];
  const zhou = await visit('social_worker', { width: 1366 });
  await zhou.open('/desk?tab=review');
  const { keyboard } = zhou.page;
  await keyboard.press('j');
  assert.deepEqual(await focus(zhou), { row: 0, name: '', tag: 'A', ring: true }, 'the row shown beside the queue, with its ring');
  await keyboard.press('j');
  await keyboard.press('j');
  assert.equal((await focus(zhou)).row, 2);
  await keyboard.press('k');
  assert.deepEqual(await focus(zhou), { row: 1, name: '', tag: 'A', ring: true });
  await holds(zhou);
  await zhou.shot('j2-keys-row', { fullPage: false });
  // With a modifier it is the browser's, and in a field it is a character.
  for (const chord of ['Control+j', 'Alt+j', 'Meta+j', 'Shift+J']) await keyboard.press(chord);
  assert.equal((await focus(zhou)).row, 1);
  await keyboard.press('/');
  assert.deepEqual(await focus(zhou).then(({ name, tag }) => ({ name, tag })), { name: 'kind', tag: 'SELECT' });
  await keyboard.press('j');
  assert.equal((await focus(zhou)).tag, 'SELECT', 'a field keeps its keys');
  await zhou.page.locator('[data-row]').nth(1).focus();
  const code = await zhou.page.locator('[data-row]').nth(1).getAttribute('href');
  await enter(zhou);
  assert.equal(path(zhou), code);

  await zhou.open(`/desk/${asked.code}`);
  await struck(zhou, 'n');
  assert.match(zhou.page.url(), /do=note/);
  await keyboard.press('n');
  assert.equal((await focus(zhou)).name, 'text', 'once more leads to the field');
  await keyboard.type('n, j, a?');
  assert.equal(await zhou.page.locator('[name=text]').inputValue(), 'n, j, a?');
  await holds(zhou);
  await zhou.page.locator('main').focus();
  await struck(zhou, 'a');
  assert.match(zhou.page.url(), /do=answer.dispatch/, 'before triage: what has somebody found');

  const cut = await task({ inMinutes: 24 * 60 });
  await zhou.open(`/desk/${cut.matter.code}`);
  await struck(zhou, 'a');
  assert.match(path(zhou), /^\/desk\/\w+\/assign$/);
  await struck(zhou, '?');
  assert.equal(path(zhou), '/desk/keys');
  await holds(zhou);
  await zhou.shot('j2-keys');
  await zhou.leave();
});

test('switched off they do nothing, without JavaScript too there is the list and its switch', async () => {
  await need();
  const zhou = await visit('social_worker', { width: 360, js: false });
  await zhou.open('/desk');
  await follow(zhou, '快捷键');
  await holds(zhou);
  await zhou.shot('j2-keys');
  await follow(zhou, '关掉快捷键');
  assert.equal(path(zhou), '/desk/keys');
  assert.match(await zhou.page.locator('main').innerText(), /关着/);
  await holds(zhou);
  await follow(zhou, '打开快捷键');
  await zhou.leave();

  const off = await visit('social_worker', { width: 1366 });
  await off.open('/desk/keys');
  await follow(off, '关掉快捷键');
  await off.open('/desk?tab=review');
  await off.page.keyboard.press('j');
  await off.page.keyboard.press('?');
  assert.equal((await focus(off)).row, -1);
  assert.equal(path(off), '/desk');
  assert.equal(await off.page.locator('[aria-keyshortcuts]').count(), 0, 'and none is announced');
  await off.leave();
  const li = await visit('resident', { width: 360 });
  assert.equal((await li.open('/desk/keys')).status(), 403);
  await li.leave();
});

// Whether the queue has it, on whichever of its pages: other stories leave theirs.
async function isListed(zhou, matter) {
  for (;;) {
    if (await zhou.page.locator(`a[data-row][href$="${matter.code.replaceAll('-', '')}"]`).count() > 0) return true;
    const next = zhou.page.getByRole('link', { name: '下一页' });
    if (await next.count() === 0) return false;
    await follow(zhou, '下一页');
  }
}

test('what came meanwhile is said above the queue after twenty seconds, and no row moves until it is asked for', async () => {
  for (let asked = 0; asked < 2; asked += 1) await need();
  const zhou = await visit('social_worker', { width: 1366 });
  await zhou.page.clock.install();
  for (const width of [1366, 360]) {
    await zhou.page.setViewportSize({ width, height: 768 });
    await zhou.open('/desk?tab=review');
    const line = zhou.page.locator('[data-refresh]');
    assert.equal(await line.innerText(), '刷新');
    assert.equal(await line.getAttribute('role'), 'status');
    const rows = () => zhou.page.locator('[data-row]').evaluateAll((all) => all.map((one) => [one.getAttribute('href'), Math.round(one.getBoundingClientRect().top)]));
    const before = await rows();
    await zhou.page.clock.runFor(20_500);
    // Another story may send something meanwhile.
    const come = await zhou.page.evaluate(async () => (await fetch(document.querySelector('[data-refresh]').dataset.refresh)).text());
    assert.equal(await line.innerText(), come || '刷新', 'nothing came, nothing is said');

    const late = await need({ when: 'now', category: 'errands', what: '急等降压药' });
    await need();
    // Whoever looks at another page is not asked for.
    let polled = 0;
    const counts = (request) => { if (request.url().includes('/desk/fresh')) polled += 1; };
    zhou.page.on('request', counts);
    await zhou.page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }));
    await zhou.page.clock.runFor(41_000);
    assert.equal(polled, 0, 'out of sight nothing is asked');
    await zhou.page.evaluate(() => { delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange')); });
    await zhou.page.getByRole('link', { name: /^新到 \d+ 件，\d+ 件紧急$/ }).waitFor();
    assert.equal(polled, 1);
    assert.deepEqual(await rows(), before, 'every row stays where it was');
    await holds(zhou);
    await zhou.shot(`j2-fresh-${width}`, { fullPage: false });
    await follow(zhou, /^新到/);
    assert.equal(await line.innerText(), '刷新');
    assert.ok(await isListed(zhou, late), 'it is in the list now');
    zhou.page.off('request', counts);
    await api('social_worker', `${late.path}/closure`, { outcome: 'answered', type: 'errands', way: 'phone', result: '电话里说好了' });
  }
  await zhou.leave();
});

test('without JavaScript the line is a link that draws the list anew', async () => {
  const zhou = await visit('social_worker', { width: 360, js: false });
  await zhou.open('/desk?tab=review&kind=need');
  const asked = await need();
  await press(zhou, '刷新', 'link');
  assert.match(zhou.page.url(), /tab=review/);
  assert.match(zhou.page.url(), /kind=need/);
  await holds(zhou);
  assert.ok(await isListed(zhou, asked));
  await zhou.leave();
});
