// The public figures: each says how it is counted, in what unit and as of when, and leads to exactly its rows.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { follow } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

// As many rows as the figure above them says; and as the report says, which is read again when other stories added to it.
async function agree(clerk, name, number, rows) {
  const [href, figure] = [clerk.page.url(), clerk.page.locator('.figure-number b')];
  let said = number;
  for (let tries = 0; ; tries += 1) {
    const shown = await figure.first().textContent();
    assert.equal(Number(await rows.getAttribute('data-rows')), Number(shown.replaceAll(',', '')), name);
    if (said === shown) return;
    assert.ok(tries < 5, `the report says ${said} of ${name}, its rows ${shown}`);
    await clerk.open('/report');
    const card = clerk.page.locator('.figure').filter({ has: clerk.page.getByText(name, { exact: true }) });
    said = await card.first().locator('.figure-number b').textContent();
    await clerk.page.goto(href);
  }
}

const main = (visitor) => visitor.page.locator('main').innerText();

test('every figure of the report, without JavaScript: definition, unit, as of, and as many rows as it says', async () => {
  const clerk = await visit('county_official', { width: 1366, js: false });
  await clerk.open('/report');
  await holds(clerk);
  assert.match(await main(clerk), /截至/);
  const figures = await clerk.page.locator('.figure').evaluateAll((all) => all.map((figure) => ({
    name: figure.querySelector('.figure-label').textContent,
    number: figure.querySelector('.figure-number b').textContent,
    href: figure.querySelector('.figure-number a').getAttribute('href'),
    hints: figure.querySelectorAll('.hint').length,
  })));
  assert.ok(figures.length >= 10, `${figures.length} figures`);
  let counted = 0;
  let columns = 0;
  for (const { name, number, href, hints } of figures) {
    assert.ok(hints > 0, `${name} says how it is counted`);
    await clerk.open(href);
    const said = await main(clerk);
    for (const words of ['口径', '单位', '截至']) assert.ok(said.includes(words), `${name} lacks ${words}`);
    const widths = await clerk.page.locator('svg.columns rect.bar').evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
    for (const width of widths) assert.ok(width > 4, `a column of ${name} is ${width} wide`);
    columns += widths.length;
    await follow(clerk, /明细/);
    const rows = clerk.page.locator('table[data-rows]');
    if (!/^[\d,]+$/.test(number) || await rows.count() === 0) continue;
    if (!/时长/.test(name)) await agree(clerk, name, number, rows);
    counted += 1;
  }
  assert.ok(counted > 0, 'some figures have rows');
  assert.ok(columns > 0, 'some figures have columns');
  await clerk.leave();
});
