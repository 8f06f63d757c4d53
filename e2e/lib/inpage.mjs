// Helpers that run inside the page, as `window.helinChecks`. Evaluated through the debugger, so the page's content
// security policy stays as it is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function withHelpers(page) {
  if (!(await page.evaluate(() => 'helinChecks' in window))) await page.evaluate(install);
}

export async function withAxe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
}

// Lays what sticks to the edge of the screen in its own place, or lets it stick again.
export async function unstick(page, laid = true) {
  await page.evaluate((wanted) => {
    for (const element of document.querySelectorAll('[data-stuck]')) element.removeAttribute('data-stuck');
    document.adoptedStyleSheets = [];
    if (!wanted) return;
    for (const element of document.querySelectorAll('body *')) {
      if (['fixed', 'sticky'].includes(getComputedStyle(element).position)) element.setAttribute('data-stuck', '');
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('[data-stuck] { position: static !important }');
    document.adoptedStyleSheets = [sheet];
  }, laid);
}

function install() {
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';

  // What can be seen: has a box, is not clipped to nothing (skip links, text for screen readers), is not hidden.
  function visible(element) {
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom + scrollY <= 0) return false;
    const style = getComputedStyle(element);
    if (style.visibility !== 'visible' || style.clipPath === 'inset(50%)') return false;
    const shut = element.closest('details:not([open])');
    return !shut || shut.querySelector('summary')?.contains(element) || shut === element;
  }

  // How a person would name an element in a report.
  function name(element) {
    const text = (element.getAttribute('aria-label') || element.textContent || element.name || '').trim();
    const id = element.id ? `#${element.id}` : '';
    return `${element.tagName.toLowerCase()}${id} 「${text.replaceAll(/\s+/g, ' ').slice(0, 16)}」`;
  }

  function controls() {
    return [...document.querySelectorAll(CONTROLS)].filter((e) => visible(e) && !e.disabled);
  }

  // A link in running text: the words around it set its height.
  function isInline(element) {
    return getComputedStyle(element).display === 'inline' && element.tagName === 'A';
  }

  // What a finger meets: for a radio or checkbox the label that belongs to it.
  function target(control) {
    if (control.type !== 'radio' && control.type !== 'checkbox') return control;
    return control.labels?.[0] ?? control;
  }

  // Elements that hold text of their own, with that text's boxes.
  function texts() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(element.tagName)) continue;
      if (!visible(element) || !element.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ element, text: node.data.trim(), boxes: [...range.getClientRects()] });
    }
    return found;
  }

  const density = document.documentElement.dataset.density === 'desk' || document.body.dataset.density === 'desk';
  window.helinChecks = { CONTROLS, visible, name, controls, isInline, target, texts, isDesk: density };
}
