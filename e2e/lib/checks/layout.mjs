// Checks of what a page looks like. Each takes a visitor on an open page and answers with a list of complaints.
import { withHelpers } from '../inpage.mjs';

async function inPage(visitor, collect, argument) {
  await withHelpers(visitor.page);
  return visitor.page.evaluate(collect, argument);
}

// No sideways scroll; only a `.scroll` region may scroll, and it has a name and takes the focus.
export function noSidewaysScroll(visitor) {
  return inPage(visitor, () => {
    const { name, visible } = helinChecks;
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      const widest = [...document.querySelectorAll('body *')].filter(visible)
        .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0];
      found.push(`the page is ${root.scrollWidth} wide on a screen of ${root.clientWidth}: ${name(widest)}`);
    }
    for (const element of document.querySelectorAll('body *')) {
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
        && element.scrollWidth > element.clientWidth + 1 && !['TEXTAREA', 'INPUT', 'SELECT'].includes(element.tagName);
      if (!scrolls || !visible(element)) continue;
      if (!element.classList.contains('scroll')) found.push(`${name(element)} scrolls sideways and is no .scroll region`);
      else if (element.tabIndex < 0 || !(element.getAttribute('aria-label') || element.getAttribute('aria-labelledby'))) {
        found.push(`the scrolling region ${name(element)} needs tabindex=0 and a name`);
      }
    }
    return found;
  });
}

// Controls at least 44 by 44 on a phone and 32 high at the desk; in the elder edition what one presses first, and
// navigation, at least 60 high. Links inside running text are exempt.
export function targetSizes(visitor) {
  return inPage(visitor, (size) => {
    const { controls, isInline, target, name, isDesk } = helinChecks;
    const found = [];
    for (const control of controls()) {
      if (isInline(control)) continue;
      const box = target(control).getBoundingClientRect();
      const leading = control.matches('button, input, select, textarea, .button, nav a');
      let high = isDesk ? 32 : 44;
      if (size === 'large' && !isDesk && leading) high = 60;
      const wide = isDesk ? 32 : 44;
      if (box.height < high - 0.5 || box.width < wide - 0.5) {
        found.push(`${name(control)} is ${Math.round(box.width)} × ${Math.round(box.height)}, at least ${wide} × ${high}`);
      }
    }
    return found;
  }, visitor.settings.size);
}

// At least 8 pixels between neighbouring controls. Rows of one list, bar or table may touch: each is a full target. What
// sticks to the edge of the screen lies over what scrolls below it for the moment; the walk by keyboard looks at that.
export function targetGaps(visitor) {
  return inPage(visitor, () => {
    const { controls, isInline, target, name } = helinChecks;
    const group = (e) => e.closest('ul, ol, nav, table, dl, [role=group]');
    const sticks = (e) => {
      for (; e; e = e.parentElement) if (['fixed', 'sticky'].includes(getComputedStyle(e).position)) return true;
      return false;
    };
    const boxes = [...new Set(controls().filter((e) => !isInline(e)).map(target))]
      .map((element) => ({ element, box: element.getBoundingClientRect(), sticks: sticks(element) }));
    const found = [];
    boxes.forEach((one, index) => {
      for (const other of boxes.slice(index + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (one.sticks !== other.sticks) continue;
        if (group(one.element) && group(one.element) === group(other.element)) continue;
        const across = Math.max(one.box.left, other.box.left) - Math.min(one.box.right, other.box.right);
        const down = Math.max(one.box.top, other.box.top) - Math.min(one.box.bottom, other.box.bottom);
        const gap = Math.max(across, down);
        if (gap < 7.5) found.push(`${name(one.element)} and ${name(other.element)} are ${Math.round(gap)} px apart, at least 8`);
      }
    });
    return found;
  });
}

// On a phone no cell or button squeezes its words into a column of single characters: at least 4 em of room.
export function noNarrowCells(visitor) {
  if (visitor.settings.width > 360) return [];
  return inPage(visitor, () => {
    const { visible, name } = helinChecks;
    const found = [];
    for (const cell of document.querySelectorAll('td, th, button, .button')) {
      // Two Latin letters take the room of one Chinese character.
      const shown = cell.cloneNode(true);
      shown.querySelectorAll('.hidden').forEach((said) => said.remove());
      const wide = [...shown.textContent.trim()].reduce((sum, c) => sum + (/[\u0000-\u024f]/.test(c) ? 0.5 : 1), 0);
      if (!visible(cell) || wide <= 3) continue;
      const style = getComputedStyle(cell);
      const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const em = parseFloat(style.fontSize);
      if (room < 4 * em) found.push(`${name(cell)} has room for ${(room / em).toFixed(1)} characters, at least 4`);
    }
    return found;
  });
}

// Text cut off by its box, and texts that lie over each other.
function lostText() {
  const { texts, name } = helinChecks;
  const found = [];
  const all = texts();
  const seen = new Set();
  for (const { element } of all) {
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const cuts = ['hidden', 'clip'].some((way) => [style.overflowX, style.overflowY].includes(way));
      const inside = box.clientHeight > 2 && box.clientWidth > 2;
      const cut = box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2;
      if (cuts && inside && cut && !seen.has(box)) {
        seen.add(box);
        found.push(`${name(box)} cuts its text off`);
      }
    }
  }
  const floating = (e) => {
    for (let box = e; box; box = box.parentElement) {
      if (['fixed', 'sticky'].includes(getComputedStyle(box).position)) return true;
    }
    return false;
  };
  const lines = all.filter(({ element }) => !floating(element))
    .flatMap(({ element, boxes }) => boxes.map((box) => ({ element, box }))).slice(0, 600);
  lines.forEach((one, index) => {
    for (const other of lines.slice(index + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // Line boxes of neighbouring lines overlap a little by nature.
      if (across > 4 && down > 0.4 * Math.min(one.box.height, other.box.height)) {
        found.push(`${name(one.element)} lies over ${name(other.element)}`);
      }
    }
  });
  return [...new Set(found)];
}

// Twice the text size loses nothing and makes nobody scroll sideways.
export async function textAtTwiceTheSize(visitor) {
  await withHelpers(visitor.page);
  await visitor.page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%', 'important'));
  const found = [...await noSidewaysScroll(visitor), ...await visitor.page.evaluate(lostText)];
  await visitor.page.evaluate(() => {
    document.documentElement.style.removeProperty('font-size');
    if (!document.documentElement.getAttribute('style')) document.documentElement.removeAttribute('style');
  });
  return found;
}

// The text spacing of WCAG 1.4.12 loses nothing.
export async function textSpacing(visitor) {
  await withHelpers(visitor.page);
  await visitor.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
  });
  const found = [...await noSidewaysScroll(visitor), ...await visitor.page.evaluate(lostText)];
  await visitor.page.evaluate(() => { document.adoptedStyleSheets = []; });
  return found;
}

// Nothing smaller than 14 px (18 in the elder edition, 13 at the desk); running text with 1.5 lines of leading and at
// most 40 characters to the line.
export function readableText(visitor) {
  return inPage(visitor, (size) => {
    const { texts, name, visible, isDesk } = helinChecks;
    const smallest = size === 'large' ? 18 : isDesk ? 13 : 14;
    const found = new Set();
    for (const { element } of texts()) {
      const px = parseFloat(getComputedStyle(element).fontSize);
      if (px < smallest - 0.1) found.add(`${name(element)} is ${px} px, at least ${smallest}`);
    }
    for (const paragraph of (document.querySelector('main') ?? document.body).querySelectorAll('p')) {
      if (!visible(paragraph)) continue;
      const style = getComputedStyle(paragraph);
      const px = parseFloat(style.fontSize);
      const leading = parseFloat(style.lineHeight) / px;
      if (!(leading >= 1.49)) found.add(`${name(paragraph)} has a line height of ${style.lineHeight}, at least 1.5`);
      const range = document.createRange();
      range.selectNodeContents(paragraph);
      const widest = Math.max(0, ...[...range.getClientRects()].map((box) => box.width)) / px;
      if (widest > 40.5) found.add(`${name(paragraph)} is ${Math.round(widest)} em wide, at most 40`);
      if (size === 'large' && !isDesk && px < 18) found.add(`${name(paragraph)} is ${px} px in the elder edition`);
    }
    return [...found];
  }, visitor.settings.size);
}

// Boxes of text grow with their text: no style gives one a height in pixels.
export function growingBoxes(visitor) {
  return inPage(visitor, () => {
    const { name, visible } = helinChecks;
    const found = new Set();
    const look = (rules) => {
      for (const rule of rules) {
        if (rule instanceof CSSMediaRule && matchMedia(rule.conditionText).matches) look(rule.cssRules);
        const fixed = rule instanceof CSSStyleRule && /\dpx$/.test(rule.style.height);
        if (!fixed) continue;
        for (const element of document.querySelectorAll(rule.selectorText.replaceAll(/::?(before|after|-webkit-[\w-]+)/g, ':not(*)'))) {
          // A cell's height is only its least.
          if (visible(element) && element.textContent.trim() && !element.matches('td, th, tr')) found.add(`${name(element)} is ${rule.style.height} high whatever its text: ${rule.selectorText}`);
        }
      }
    };
    for (const sheet of document.styleSheets) look(sheet.cssRules);
    return [...found];
  });
}

// Whoever looks at a page for twenty seconds sees the same page, unless a part is marked as one that renews itself.
export async function staysStill(visitor) {
  const page = await visitor.context.newPage();
  try {
    await page.clock.install();
    await page.goto(visitor.page.url());
    await page.evaluate(() => {
      window.changes = [];
      const look = ({ target, type, attributeName }) => {
        const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
        if (!element.closest('[data-refresh]')) window.changes.push(`${element.tagName.toLowerCase()} ${attributeName ?? type} changes by itself`);
      };
      new MutationObserver((list) => list.forEach(look)).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await page.clock.runFor(20_500);
    return [...new Set(await page.evaluate(() => window.changes))];
  } finally {
    await page.close();
  }
}

// No dialog, nothing that plays or moves by itself.
export function nothingMoves(visitor) {
  return inPage(visitor, () => {
    // A colour that fades is no movement.
    const fades = (a) => a instanceof CSSTransition && /color$/.test(a.transitionProperty);
    const found = document.getAnimations().filter((a) => !fades(a)).map((a) => `${helinChecks.name(a.effect.target)} moves`);
    for (const element of document.querySelectorAll('dialog, [popover], marquee, [autoplay], meta[http-equiv=refresh]')) {
      found.push(`${element.tagName.toLowerCase()} has no place here`);
    }
    return found;
  });
}

// The page may be enlarged; its pictures keep their place while they load, and wait until somebody comes near.
export function viewportAndPictures(visitor) {
  return inPage(visitor, () => {
    const found = [];
    const viewport = document.querySelector('meta[name=viewport]')?.content ?? '';
    if (!/width=device-width/.test(viewport)) found.push('no viewport of the device\'s width');
    if (/user-scalable=(no|0)|maximum-scale/.test(viewport.replaceAll(' ', ''))) found.push(`the viewport forbids enlarging: ${viewport}`);
    for (const image of document.querySelectorAll('img')) {
      if (!image.getAttribute('width') || !image.getAttribute('height')) found.push(`${image.src} has no width and height`);
      const below = image.getBoundingClientRect().top + scrollY > 2 * innerHeight;
      if (below && image.loading !== 'lazy') found.push(`${image.src} lies far below and is loaded at once`);
    }
    return found;
  });
}
