// Each check passes the good page and fails the bad one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { closeBrowser } from '../lib/browser.mjs';
import { CHECKS, complaints, holds } from '../lib/checks/index.mjs';
import { startDemo } from '../lib/demo.mjs';
import { read, scan } from '../lib/qr.mjs';
import { visit } from '../lib/visit.mjs';

let demo;
before(async () => {
  demo = await startDemo({ program: join(import.meta.dirname, 'fake-helin.mjs') });
  process.env.HELIN_E2E_URL = demo.url;
});
after(async () => {
  await closeBrowser();
  await demo.stop();
});

async function on(path, settings, look) {
  const visitor = await visit('visitor', settings);
  try {
    await visitor.open(path);
    return await look(visitor);
  } finally {
    await visitor.leave();
  }
}

// What the complaint about the bad page must mention.
const MUST_FIND = {
  axe: [/label|region|landmark/],
  structure: [/2 h1/, /followed by h4/, /0 main/, /html lang/],
  fields: [/no label/, /placeholder/, /inputmode/, /autocomplete/],
  skipLink: [/not 跳到正文/],
  keyboardWalk: [/no ring/, /covered/, /goes back/, /no control/, /does not reach/],
  noSidewaysScroll: [/900 wide on a screen/, /no \.scroll region/],
  targetSizes: [/at least 44/],
  targetGaps: [/px apart/],
  noNarrowCells: [/characters, at least 4/],
  textAtTwiceTheSize: [/cuts its text off/, /lies over/],
  textSpacing: [/cuts its text off/],
  readableText: [/12 px, at least 14/, /line height/],
  nothingMoves: [/moves/, /dialog/],
  viewportAndPictures: [/forbids enlarging/, /no width and height/, /loaded at once/],
  noThirdParty: [/127\.0\.0\.2/],
  strictPolicy: [/loose/, /is inline/],
  light: [/Script/, /in all/],
  noJumps: [/shifts/],
  words: [/half-width/, /你/, /a key/],
  noPersonalNumbers: [/identity number/, /mobile number/, /bank card/],
  prints: [/not A4/, /<nav> is printed/, /beyond the right edge/, /does not repeat/, /may split/, /QR code of/, /no date/, /no number to call/],
  refusal: [/does not begin with 错误/, /leads nowhere/, /not marked as wrong/, /does not say/, /not the focus/],
  tagsSay: [/no word/],
  growingBoxes: [/24px high whatever/],
  staysStill: [/changes by itself/],
};

for (const [name, check] of Object.entries(CHECKS)) {
  if (name === 'english') continue;
  test(`${name} fails the bad page`, async () => {
    const found = (await on('/bad', { width: 360 }, (visitor) => check(visitor, {}))).join('\n');
    for (const pattern of MUST_FIND[name]) assert.match(found, pattern);
  });
  test(`${name} passes the good page`, async () => {
    assert.deepEqual(await on('/', { width: 360 }, (visitor) => check(visitor, {})), []);
  });
}

test('a QR code is read from its picture, and a picture without one refused', async () => {
  const says = await on('/', {}, (visitor) => scan(visitor.page.locator('svg.qr')));
  assert.equal(says, 'https://helin.example/t/A3-716-204');
  const nothing = await on('/', {}, (visitor) => visitor.page.locator('h1').screenshot());
  assert.throws(() => read(nothing), /no QR code/);
});

test('a refused form on which everything is in order passes', async () => {
  assert.deepEqual(await on('/refused', { width: 360 }, (visitor) => CHECKS.refusal(visitor)), []);
});

test('english wants no Chinese that is not marked', async () => {
  assert.deepEqual(await on('/', { lang: 'en' }, (visitor) => CHECKS.english(visitor)), []);
  const found = await on('/en/login', { lang: 'en' }, (visitor) => CHECKS.english(visitor));
  assert.match(found.join('\n'), /not translated/);
});

for (const settings of [{ width: 320 }, { width: 1366 }, { width: 360, size: 'large' }, { width: 360, lang: 'en' }]) {
  test(`the good page holds at ${JSON.stringify(settings)}`, () => on('/', settings, (visitor) => holds(visitor)));
}

test('the elder edition wants larger targets', async () => {
  const found = await on('/login', { width: 360, size: 'large' }, (visitor) => CHECKS.targetSizes(visitor));
  assert.deepEqual(found, []);
  const bad = await on('/bad', { width: 360, size: 'large' }, (visitor) => {
    visitor.settings.size = 'large';
    return CHECKS.targetSizes(visitor);
  });
  assert.match(bad.join('\n'), /at least 44 × 60/);
});

test('a server error is a complaint on any page', async () => {
  const found = await on('/broken', {}, (visitor) => complaints(visitor, []));
  assert.match(found.join('\n'), /500 from/);
});
