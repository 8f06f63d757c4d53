// node e2e/speed.mjs: how fast the pages of residents come on a phone on a village network (150 ms of way and back,
// 1.6 Mbit/s, a processor four times slower than this one), cold, the median of five. Measured and told, not a test: the
// figures hang on the machine.
import { browser, closeBrowser } from './lib/browser.mjs';
import { startDemo } from './lib/demo.mjs';
import { site } from './lib/visit.mjs';

const PAGES = ['/', '/help', '/login', '/report', '/t', '/help-me'];
const TIMES = 5;

async function once(path) {
  const context = await (await browser()).newContext({ baseURL: site(), viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, isMobile: true });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 7.5e5 / 8 });
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    window.seen = { lcp: 0, cls: 0, tbt: 0 };
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch('largest-contentful-paint', (entry) => { window.seen.lcp = entry.startTime; });
    watch('layout-shift', (entry) => { window.seen.cls += entry.value; });
    watch('longtask', (entry) => { window.seen.tbt += Math.max(0, entry.duration - 50); });
  });
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForTimeout(1000);
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  return seen;
}

const demo = process.env.HELIN_E2E_URL ? null : await startDemo();
if (demo) process.env.HELIN_E2E_URL = demo.url;
try {
  console.log('page        LCP ms  CLS    TBT ms');
  for (const path of PAGES) {
    const runs = [];
    for (let time = 0; time < TIMES; time += 1) runs.push(await once(path));
    const median = (key) => runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(TIMES / 2)];
    console.log(`${path.padEnd(11)} ${median('lcp').toFixed(0).padStart(6)}  ${median('cls').toFixed(3)}  ${median('tbt').toFixed(0).padStart(6)}`);
  }
} finally {
  await closeBrowser();
  await demo?.stop();
}
