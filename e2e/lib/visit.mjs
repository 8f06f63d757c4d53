// A visitor: somebody with a role, a screen and settings, looking at the site.
//
// What the site owes the tests: /login asks for `phone`, /login/code for `code`; /demo/outbox lists what was sent,
// newest first, each message an element with data-to (the phone), and data-code if it brings one; /settings/size and /settings/theme
// take the setting and `back`; pages in English lie under /en.
import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { browser } from './browser.mjs';
import { account } from './demo.mjs';
import { unstick } from './inpage.mjs';

export const VISITOR = 'visitor';
// Chromium draws no taller picture in one piece, and may break down over it: of such a page its first screen is kept.
const TALLEST = 16_384;
const TARGET = resolve(import.meta.dirname, '../../target');

export function site() {
  return process.env.HELIN_E2E_URL;
}

// visit(role, settings) -> visitor. `cold` keeps nothing from page to page, as a first view; `fresh` signs in anew instead of sharing the role's session with other tests.
export async function visit(role = VISITOR, settings = {}) {
  const visitor = new Visitor({ width: 360, size: 'normal', lang: 'zh-CN', theme: 'normal', js: true, ...settings });
  try {
    await visitor.arrive(role, settings.fresh ?? false);
  } catch (error) {
    await visitor.leave();
    throw error;
  }
  return visitor;
}

export class Visitor {
  constructor(settings) {
    this.settings = settings;
    this.height = settings.height ?? (settings.width >= 1200 ? 768 : 800);
    this.problems = [];
    this.thirdParty = [];
    this.weights = {};
  }

  async arrive(role, fresh) {
    const { width, lang, size, theme, js } = this.settings;
    this.context = await (await browser()).newContext({
      baseURL: site(),
      viewport: { width, height: this.height },
      deviceScaleFactor: width < 600 ? 2 : 1,
      isMobile: width < 600,
      hasTouch: width < 600,
      javaScriptEnabled: js,
      locale: lang,
      timezoneId: 'Asia/Shanghai',
      extraHTTPHeaders: { 'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}` },
      storageState: role === VISITOR || fresh ? undefined : await session(role),
    });
    this.page = await this.context.newPage();
    await this.#watch();
    if (role !== VISITOR && fresh) await this.signIn(await account(role));
    if (size !== 'normal') await this.page.goto(`/settings/size?size=${size}&back=/`);
    if (theme !== 'normal') await this.page.goto(`/settings/theme?theme=${theme}&back=/`);
  }

  async #watch() {
    const own = new URL(site()).host;
    this.page.on('request', (request) => {
      const url = new URL(request.url());
      if (/^(http|ws)/.test(url.protocol) && url.host !== own) this.thirdParty.push(request.url());
    });
    this.page.on('pageerror', (error) => this.problems.push(`script error: ${error.message}`));
    this.page.on('response', (answer) => {
      if (answer.status() >= 500) this.problems.push(`${answer.status()} from ${answer.url()}`);
    });
    // A page answers within a second; who waits ten waits for something that is not there.
    this.page.setDefaultTimeout(10_000);
    const wire = await this.context.newCDPSession(this.page);
    await wire.send('Network.enable');
    if (this.settings.cold) await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
    const kinds = new Map();
    wire.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
    wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? 'Other';
      this.weights[kind] = (this.weights[kind] ?? 0) + encodedDataLength;
    });
  }

  // Opens a page of the site in the visitor's language and returns the answer.
  async open(path) {
    this.weights = {};
    const prefix = this.settings.lang === 'en' && !path.startsWith('/en/') ? '/en' : '';
    this.response = await this.page.goto(prefix + path, { waitUntil: 'load' });
    return this.response;
  }

  // Fills in fields by their names, sends their form, and returns the answer.
  async send(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.fill(`[name=${name}]`, value);
    const [answer] = await Promise.all([this.page.waitForNavigation(), this.#press(`[name=${Object.keys(fields)[0]}]`)]);
    this.response = answer;
    return answer;
  }

  // Signs in as anyone would, on this page when it is `here`: phone, then the code that the outbox of the demo shows. One test file at a time: two that
  // ask for a code for the same phone would each type the other's.
  async signIn({ phone, here = false }) {
    await alone(phone, async () => {
      if (!here) await this.page.goto('/login');
      await this.#signIn(phone);
    });
  }

  async #signIn(phone) {
    await this.send({ phone });
    await this.page.waitForSelector('input[name=code]');
    const code = await this.codeSentTo(phone);
    await this.send({ code });
    if (await this.page.locator('input[name=code]').count()) throw new Error(`signing in with ${phone} did not succeed`);
  }

  #press(field) {
    return this.page.locator(`form:has(${field}) :is(button:not([type=button]), input[type=submit])`).first().click();
  }

  async codeSentTo(phone) {
    const outbox = await this.context.newPage();
    try {
      await outbox.goto('/demo/outbox');
      const code = await outbox.locator(`[data-to="${phone}"][data-code]`).first().getAttribute('data-code', { timeout: 5000 });
      return code;
    } finally {
      await outbox.close();
    }
  }

  // Keeps a picture in target/screenshots: NAME-WIDTH[-MODE].png.
  async shot(name, { fullPage = true } = {}) {
    const { width, size, theme, lang } = this.settings;
    const modes = [size, theme].filter((mode) => mode !== 'normal').concat(lang === 'en' ? ['en'] : []);
    const folder = process.env.HELIN_E2E_SHOTS || join(TARGET, 'screenshots');
    await mkdir(folder, { recursive: true });
    // What sticks to the edge of the screen would be drawn in the middle of the whole page.
    await unstick(this.page, fullPage);
    const pixels = await this.page.evaluate(() => { scrollTo(0, 0); return document.documentElement.scrollHeight * devicePixelRatio; });
    const path = join(folder, [name, width, ...modes].join('-') + '.png');
    await this.page.screenshot({ path, fullPage: fullPage && pixels <= TALLEST, caret: 'initial' });
    await unstick(this.page, false);
  }

  async leave() {
    await this.context?.close();
  }
}

// The stored session of a role, made at its first use and shared by all test files of a run.
async function session(role) {
  const file = join(await shared(), `${role.replaceAll(/\W/g, '-')}.json`);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const visitor = await visit(role, { fresh: true });
  const state = await visitor.context.storageState();
  await visitor.leave();
  // Renamed into place, so that another test file never reads half of it.
  const half = `${file}.${process.pid}`;
  await writeFile(half, JSON.stringify(state));
  await rename(half, file);
  return state;
}

// The folder that the test files of a run share. Each demo city has a port of its own, so nothing of an earlier one is taken.
async function shared() {
  const folder = join(TARGET, 'e2e-sessions', `${process.env.HELIN_E2E_RUN ?? process.pid}-${new URL(site()).port}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

// Does this while no other test file does it under the same name.
async function alone(name, act) {
  const lock = join(await shared(), `${name}.lock`);
  for (const until = Date.now() + 60_000; ;) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST' || Date.now() > until) throw error;
      await new Promise((done) => { setTimeout(done, 50); });
    }
  }
  try {
    return await act();
  } finally {
    await rmdir(lock);
  }
}
