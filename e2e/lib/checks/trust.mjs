// Checks of what a page sends, asks and says. Each takes a visitor on an open page and answers with complaints.
import { withHelpers } from '../inpage.mjs';

// Nobody else hears that somebody reads this page.
export function noThirdParty(visitor) {
  return [...new Set(visitor.thirdParty)].map((url) => `asks ${url}`);
}

// Scripts and styles come from the site alone, and the policy says so to the browser.
export async function strictPolicy(visitor) {
  const found = [];
  const policy = visitor.response.headers()['content-security-policy'] ?? '';
  if (!/default-src 'none'|default-src 'self'/.test(policy)) found.push(`the content security policy is 「${policy}」`);
  if (/unsafe-inline|unsafe-eval|(^|\s)\*(\s|;|$)/.test(policy)) found.push(`the content security policy is loose: ${policy}`);
  const inline = await visitor.page.evaluate(() => {
    const list = document.querySelectorAll('script:not([src]):not([type="application/ld+json"]), style, [style], [onclick], [onsubmit], [onchange]');
    return [...list].map((e) => e.outerHTML.slice(0, 80));
  });
  return found.concat(inline.map((html) => `is inline: ${html}`));
}

// Kilobytes over the wire on the first view, by kind and in all.
export function light(visitor, { total = 60 } = {}) {
  const limits = { Document: 20, Stylesheet: 12, Script: 15 };
  const found = [];
  const kb = (bytes) => bytes / 1024;
  for (const [kind, limit] of Object.entries(limits)) {
    const size = kb(visitor.weights[kind] ?? 0);
    if (size > limit) found.push(`${kind}: ${size.toFixed(1)} KB, at most ${limit}`);
  }
  const all = kb(Object.values(visitor.weights).reduce((a, b) => a + b, 0));
  if (all > total) found.push(`in all ${all.toFixed(1)} KB, at most ${total}`);
  return found;
}

// Nothing jumps while the page loads (cumulative layout shift at most 0.02).
export async function noJumps(visitor) {
  const shift = await visitor.page.evaluate(() => new Promise((done) => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      // Nobody touches the page meanwhile; Chromium takes the phone's viewport itself for recent input.
      for (const entry of list.getEntries()) sum += entry.value;
    });
    observer.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => { observer.disconnect(); done(sum); }, 500);
  }));
  return shift > 0.02 ? [`the layout shifts by ${shift.toFixed(3)}, at most 0.02`] : [];
}

async function textOf(visitor) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate(() => helinChecks.texts().map((t) => t.text));
}

// Chinese punctuation between Chinese words, 您 and never 你, and no key where a text should be.
export async function words(visitor) {
  const found = [];
  for (const text of await textOf(visitor)) {
    if (/\p{Script=Han}[,:;?!]\p{Script=Han}/u.test(text)) found.push(`half-width punctuation: ${text.slice(0, 40)}`);
    if (text.includes('你')) found.push(`你 instead of 您: ${text.slice(0, 40)}`);
    if (/^[a-z]+(-[a-z0-9]+)+$/.test(text)) found.push(`a key instead of a text: ${text}`);
  }
  return found;
}

// In English everything that is ours is English; what people wrote stays as they wrote it, marked lang=zh-CN.
export async function english(visitor) {
  if (visitor.settings.lang !== 'en') return [];
  await withHelpers(visitor.page);
  return visitor.page.evaluate(() => helinChecks.texts()
    .filter(({ element, text }) => /\p{Script=Han}/u.test(text) && !element.closest('[lang^=zh]'))
    .map(({ text }) => `not translated, or not marked lang=zh-CN: ${text.slice(0, 40)}`));
}

// What a page for everybody must not show: identity numbers, phones of people, bank cards. Phones behind a tel: link of
// the frame or of a public office are meant to be shown.
export async function noPersonalNumbers(visitor) {
  const shown = await visitor.page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll('a[href^="tel:"], script, style').forEach((e) => e.remove());
    return copy.textContent;
  });
  const rules = [
    ['an identity number', /(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)/g],
    ['a mobile number', /(?<!\d)1[3-9]\d{9}(?!\d)/g],
    ['a bank card', /(?<!\d)(?:62|4|5)\d{14,17}(?!\d)/g],
  ];
  return rules.flatMap(([what, pattern]) => [...shown.matchAll(pattern)].map(([number]) => `shows ${what}: ${number.slice(0, 6)}…`));
}
