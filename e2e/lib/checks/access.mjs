// Checks of whether everybody can use a page. Each takes a visitor on an open page and answers with complaints.
import { unstick, withAxe, withHelpers } from '../inpage.mjs';

const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// What sticks to the edge of the screen hides what lies below for the moment, which axe takes for small targets: it is
// laid in its place meanwhile. Whether it ever covers what has the focus is seen by the walk with the keyboard.
export async function axe(visitor) {
  await withAxe(visitor.page);
  await unstick(visitor.page);
  const found = await visitor.page.evaluate(async ([tags, hasTimers]) => {
    // Where script is off no timer ever fires; axe waits for some that last nothing.
    if (!hasTimers) window.setTimeout = (run, ms = 0, ...given) => { if (ms < 100) Promise.resolve().then(() => run(...given)); };
    // target-size is off unless asked for.
    const result = await window.axe.run(document, { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } });
    return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 120)}`);
  }, [AXE_TAGS, visitor.settings.js]);
  await unstick(visitor.page, false);
  return found;
}

// One h1, no level left out, one main, the right language, and a title that starts with the h1.
export async function structure(visitor) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate((lang) => {
    const { visible } = helinChecks;
    const found = [];
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(visible);
    const first = headings.filter((h) => h.tagName === 'H1');
    if (first.length !== 1) found.push(`${first.length} h1, exactly one`);
    headings.reduce((last, heading) => {
      const level = Number(heading.tagName[1]);
      if (last && level > last + 1) found.push(`h${last} is followed by h${level} 「${heading.textContent.trim()}」`);
      return level;
    }, 0);
    for (const [landmark, count] of [['main', 1], ['header', 1], ['footer', 1]]) {
      const there = [...document.querySelectorAll(landmark)].filter((e) => landmark === 'main' || !e.closest('main, article, section')).length;
      if (there !== count) found.push(`${there} ${landmark}, exactly ${count}`);
    }
    if (document.documentElement.lang !== lang) found.push(`html lang is ${document.documentElement.lang || 'missing'}, not ${lang}`);
    const title = document.title.replace(/^(错误：|没有办成：|Error: |Not done: )/, '');
    const heading = first[0]?.textContent.trim().replaceAll(/\s+/g, ' ');
    if (heading && !(title.startsWith(heading) && title.length > heading.length)) {
      found.push(`the title 「${document.title}」 is not 「${heading}」 and the site's name`);
    }
    return found;
  }, visitor.settings.lang);
}

// Every field has a label that stays when one types, and tells phones which keyboard to show.
export async function fields(visitor) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate(() => {
    const { name, visible } = helinChecks;
    const found = [];
    const list = document.querySelectorAll('input:not([type=hidden], [type=submit], [type=button]), select, textarea');
    for (const field of list) {
      const labelled = field.labels?.length || field.getAttribute('aria-label') || field.getAttribute('aria-labelledby');
      if (!labelled) found.push(`${name(field)} ${field.name} has no label`);
      if (field.placeholder) found.push(`${field.name} has a placeholder, which vanishes when one types`);
      // The code of a matter has letters.
      const number = /phone|mobile|^code$/.test(field.name) && field.type === 'text' && visible(field) && !/\/t$/.test(location.pathname);
      if (number && !['tel', 'numeric'].includes(field.inputMode)) found.push(`${field.name} needs type=tel or inputmode=numeric`);
      const known = ['one-time-code'].concat(location.pathname.includes('/login') ? [] : ['off']);
      if (field.name === 'code' && !known.includes(field.autocomplete)) found.push('code needs autocomplete=one-time-code');
      if (field.name === 'phone' && !['tel', 'off'].includes(field.autocomplete)) found.push('phone needs autocomplete=tel');
    }
    return found;
  });
}

// A page that refuses a form says so first in its title, then in a summary that has the focus, and once more at each field
// in the same words.
export async function refusal(visitor) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate((js) => {
    const { name } = helinChecks;
    const summary = document.querySelector('#errors');
    const bad = [...document.querySelectorAll('[aria-invalid=true]')];
    if (!summary) return bad.map((field) => `${name(field)} is wrong and no summary says so`);
    const found = [];
    if (!/^(错误：|没有办成：|Error: |Not done: )/.test(document.title)) found.push(`the title 「${document.title}」 does not begin with 错误： or 没有办成：`);
    if (js && document.activeElement !== summary && !document.activeElement?.closest('main')) found.push('the summary has not the focus');
    for (const link of summary.querySelectorAll('a')) {
      const said = link.textContent.trim();
      const field = document.getElementById(link.hash.slice(1));
      if (!field) { found.push(`「${said}」 leads nowhere: ${link.hash}`); continue; }
      const marked = field.closest('[aria-invalid=true]');
      if (!marked) { found.push(`${link.hash} is not marked as wrong`); continue; }
      const ids = (marked.getAttribute('aria-describedby') ?? '').split(' ');
      const words = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
      if (!words.includes(said)) found.push(`${link.hash} does not say 「${said}」`);
    }
    return found;
  }, visitor.settings.js);
}

// Nothing is said by a colour alone: what has a tint has a word.
export async function tagsSay(visitor) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate(() => [...document.querySelectorAll('.tag, .note, .clock, tr.late')].filter(helinChecks.visible)
    .filter((tag) => tag.textContent.trim() === '').map((tag) => `${tag.outerHTML.slice(0, 80)} has a colour and no word`));
}

// The first Tab reaches 跳到正文, and Enter there moves the focus to main.
export async function skipLink(visitor) {
  const { page } = visitor;
  // From the head of the page: one whose first box is ready to be typed into starts further down.
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    scrollTo(0, 0);
  });
  await page.keyboard.press('Tab');
  const text = await page.evaluate(() => document.activeElement?.textContent.trim());
  if (!/跳到正文|Skip to/.test(text ?? '')) return [`the first Tab reaches 「${text}」, not 跳到正文`];
  await page.keyboard.press('Enter');
  const inMain = await page.evaluate(() => document.activeElement?.tagName === 'MAIN' || !!document.activeElement?.querySelector(':scope > main'));
  return inMain ? [] : ['跳到正文 does not move the focus to main'];
}

// Tab reaches every control once, in the order in which one sees them, and leaves again; whoever has the focus shows a
// ring of three pixels and is not covered.
export async function keyboardWalk(visitor) {
  const { page } = visitor;
  await withHelpers(page);
  const expected = await page.evaluate(prepareWalk);
  const found = [];
  const reached = [];
  let last = null;
  // A date has stops of its own inside: year, month, day, hour, minute.
  const most = expected.length + 3 + 6 * expected.filter((one) => one.parts).length;
  for (let press = 0; press <= most; press += 1) {
    await page.keyboard.press('Tab');
    const step = await page.evaluate(lookAtFocus);
    if (step === null) break;
    if (step.index === null) {
      found.push(`Tab reaches ${step.name}, which is no control`);
      continue;
    }
    if (step.parts && reached.at(-1) === step.index) continue;
    // After the last control comes the browser's own, or at once the first again where there is none.
    if (step.index === reached[0] && expected.every((one) => reached.includes(one.index))) break;
    if (reached.includes(step.index) || press === most) {
      found.push(`the focus is caught at ${step.name}`);
      break;
    }
    reached.push(step.index);
    found.push(...step.complaints);
    if (last && goesBack(last, step)) found.push(`Tab goes back from ${last.name} to ${step.name}`);
    if (!step.floats) last = step;
  }
  for (const { index, name } of expected.filter((one) => !reached.includes(one.index))) {
    found.push(`Tab does not reach ${name} (${index})`);
  }
  await page.evaluate(() => {
    document.activeElement?.blur();
    document.querySelectorAll('[data-walk]').forEach((e) => e.removeAttribute('data-walk'));
  });
  return found;
}

// Whether the next control lies before the last one: wholly above it (unless a column further right), or left of it in
// the same row.
function goesBack(last, next) {
  const sameRow = next.top < last.bottom - 4 && next.bottom > last.top + 4;
  return sameRow ? next.right <= last.left + 4 : next.bottom <= last.top + 4 && next.left < last.right - 4;
}

// Numbers the controls that Tab should reach. Of a group of radios it reaches one.
function prepareWalk() {
  const { CONTROLS, visible, name } = helinChecks;
  document.activeElement?.blur();
  getSelection().removeAllRanges();
  scrollTo(0, 0);
  // From the very top: Chromium starts Tab at the last place clicked or focused.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  const groups = new Set();
  const list = [];
  [...document.querySelectorAll(CONTROLS)].forEach((control, index) => {
    control.dataset.walk = index;
    if (control.disabled || control.tabIndex < 0 || !visible(control)) return;
    if (control.type === 'radio') {
      const group = document.getElementsByName(control.name);
      const stop = [...group].find((radio) => radio.checked) ?? group[0];
      if (groups.has(control.name) || stop !== control) return;
      groups.add(control.name);
    }
    list.push({ index, name: name(control), parts: /^(date|time|datetime-local)$/.test(control.type) });
  });
  return list;
}

// The control that has the focus and what is wrong with it; null when the focus left the page.
function lookAtFocus() {
  const { name, target } = helinChecks;
  const control = document.activeElement;
  if (!control || control === document.body || control === document.documentElement) return null;
  // Chromium lets Tab stop at boxes that scroll.
  if (control.dataset.walk === undefined) return { index: null, name: name(control), complaints: [] };
  const complaints = [];
  const style = getComputedStyle(control);
  const label = getComputedStyle(target(control));
  const hasRing = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 3) || /\b[3-9]px/.test(s.boxShadow);
  if (!hasRing(style) && !hasRing(label)) complaints.push(`${name(control)} shows no ring of 3 px when it has the focus`);
  const box = control.getBoundingClientRect();
  const inset = Math.min(4, box.width / 4, box.height / 4);
  const points = [[(box.left + box.right) / 2, (box.top + box.bottom) / 2], [box.left + inset, box.top + inset],
    [box.right - inset, box.top + inset], [box.left + inset, box.bottom - inset], [box.right - inset, box.bottom - inset]];
  // A link that wraps over two lines has corners that are not its own.
  const tested = control.getClientRects().length > 1 ? [] : points;
  const covered = tested.some(([x, y]) => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return box.height < innerHeight;
    const top = document.elementFromPoint(x, y);
    const own = top && (control.contains(top) || top.contains(control) || target(control).contains(top));
    return !own;
  });
  if (covered) complaints.push(`${name(control)} is covered or out of sight when it has the focus`);
  let [floats, across] = [false, 0];
  for (let e = control; e; e = e.parentElement) {
    floats ||= ['fixed', 'sticky'].includes(getComputedStyle(e).position);
    // Where it lies in a region that has scrolled sideways to show it.
    if (e !== document.body && e !== document.documentElement) across += e.scrollLeft;
  }
  const place = { top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left + across, right: box.right + across };
  const parts = /^(date|time|datetime-local)$/.test(control.type);
  return { index: Number(control.dataset.walk), name: name(control), parts, complaints, floats, ...place };
}
