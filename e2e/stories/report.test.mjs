// The public figures: each says how it is counted, in what unit and as of when, and leads to exactly its rows.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { follow } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

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
  for (const { name, number, href, hints } of figures) {
    assert.ok(hints > 0, `${name} says how it is counted`);
    await clerk.open(href);
    const said = await main(clerk);
    for (const words of ['口径', '单位', '截至']) assert.ok(said.includes(words), `${name} lacks ${words}`);
    await follow(clerk, /明细/);
    const rows = clerk.page.locator('table[data-rows]');
    if (!/^[\d,]+$/.test(number) || await rows.count() === 0) continue;
    const people = /时长/.test(name);
    if (!people) assert.equal(Number(await rows.getAttribute('data-rows')), Number(number.replaceAll(',', '')), name);
    counted += 1;
  }
  assert.ok(counted > 0, 'some figures have rows');
  await clerk.leave();
});
