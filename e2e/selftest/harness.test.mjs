// The harness starts a program, signs in as people do, walks the matrix, and says clearly what went wrong.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { account, startDemo } from '../lib/demo.mjs';
import { runMatrix } from '../lib/matrix.mjs';

let demo;
let shots;
let visit;
before(async () => {
  demo = await startDemo({ program: join(import.meta.dirname, 'fake-helin.mjs') });
  shots = await mkdtemp(join(tmpdir(), 'helin-shots-'));
  process.env.HELIN_E2E_URL = demo.url;
  process.env.HELIN_E2E_ACCOUNTS = demo.accounts;
  process.env.HELIN_E2E_SHOTS = shots;
  ({ visit } = await import('../lib/visit.mjs'));
});
after(async () => {
  await closeBrowser();
  await demo.stop();
  await rm(shots, { recursive: true });
});

test('a visitor signs in with the code from the outbox, with and without JavaScript', async () => {
  for (const js of [true, false]) {
    const visitor = await visit('volunteer', { js, fresh: true });
    assert.equal((await visitor.open('/mine')).status(), 200);
    await visitor.leave();
  }
});

test('a session is shared, and a stranger has none', async () => {
  const first = await visit('volunteer');
  const second = await visit('volunteer');
  assert.equal((await second.open('/mine')).status(), 200);
  await first.leave();
  await second.leave();
  const stranger = await visit('visitor');
  assert.equal((await stranger.open('/mine')).status(), 403);
  await stranger.leave();
});

test('an unknown role is named', async () => {
  await assert.rejects(account('astronaut'), /no astronaut, only volunteer/);
});

test('a picture is kept under its name, width and mode', async () => {
  const visitor = await visit('visitor', { width: 360, size: 'large' });
  await visitor.open('/');
  await visitor.shot('home');
  await visitor.leave();
  assert.ok(existsSync(join(shots, 'home-360-large.png')));
});

test('a program that ends or cannot start is reported with its words', async () => {
  await assert.rejects(startDemo({ program: '/bin/false' }), /ended/);
  await assert.rejects(startDemo({ program: '/nowhere/helin' }), /ENOENT/);
});

test('the matrix counts what holds and what does not', async () => {
  const said = [];
  const options = { views: [{ width: 360, checks: ['structure', 'nothingMoves'], others: ['structure'] }], say: (line) => said.push(line) };
  const cases = [
    [[{ page: '/', key: true }, { page: '/mine', roles: ['volunteer'], key: true }], { passed: 4, failed: 0 }],
    [[{ page: '/' }, { page: '/bad' }], { passed: 1, failed: 1 }, /\/bad visitor 360: structure: 2 h1/],
    [[{ page: '/nowhere' }], { passed: 0, failed: 1 }, /answers 404/],
    [[{ page: '/nowhere', status: 404 }], { passed: 1, failed: 0 }],
    [[{ page: '/' }, { page: '/?again' }], { passed: 2, failed: 1 }, /has the title of \//],
    [[{ page: '/', follow: 'nav a[href="/mine"]', roles: ['volunteer'] }], { passed: 1, failed: 0 }],
    [[{ page: '/', follow: 'nav a[href="/never"]' }], { passed: 0, failed: 1 }, /Timeout/],
    [[{ page: '/login/code', path: '/login', press: { phone: '13800000001' } }], { passed: 1, failed: 0 }],
    [[{ page: '/bad', sheet: 'a4' }], { passed: 0, failed: 8 }, /prints: a sheet of/],
  ];
  for (const [routes, expected, words] of cases) {
    said.length = 0;
    assert.deepEqual(await runMatrix(routes, options), expected, JSON.stringify(routes));
    if (words) assert.match(said.join('\n'), words);
    else assert.deepEqual(said, []);
  }
});
