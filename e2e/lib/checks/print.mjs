// Checks of a page on paper.
import { withHelpers } from '../inpage.mjs';

const MILLIMETRE = 96 / 25.4;
// Paper by name: its width and height in points, and in millimetres.
const PAPER = { a4: [595, 842, 210], a5: [420, 595, 148] };

// prints(visitor, { sheet, pages }): sheets of this size, nothing wider than what is left between the margins, no
// navigation, tables that repeat their head and break between rows, codes that a phone reads, and who prints it, when.
export async function prints(visitor, { sheet = 'a4', pages = Infinity } = {}) {
  const { page } = visitor;
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const [wide, high, millimetres] = PAPER[sheet];
  const found = [];
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map((m) => m.slice(1).map(Number));
  if (boxes.length === 0) found.push('the PDF has no pages');
  for (const [width, height] of boxes) {
    const [short, long] = [Math.min(width, height), Math.max(width, height)];
    if (Math.abs(short - wide) > 1.5 || Math.abs(long - high) > 1.5) found.push(`a sheet of ${width} × ${height} pt, not ${sheet.toUpperCase()}`);
  }
  if (boxes.length > pages) found.push(`${boxes.length} sheets, at most ${pages}`);
  const seen = page.viewportSize();
  await page.emulateMedia({ media: 'print' });
  await withHelpers(page);
  const margins = await page.evaluate(marginsOf, sheet);
  // As wide as the paper between its margins, so that what is cut off at the right edge shows.
  await page.setViewportSize({ width: Math.floor((millimetres - margins) * MILLIMETRE), height: 1000 });
  found.push(...await page.evaluate(onPaper, MILLIMETRE));
  await page.emulateMedia({ media: null });
  await page.setViewportSize(seen);
  return found;
}

// The margins left and right, in millimetres, that the style gives this paper.
function marginsOf(sheet) {
  const rules = [...document.styleSheets].flatMap((one) => [...one.cssRules]).filter((rule) => rule instanceof CSSPageRule);
  const cards = document.querySelector('.card-sheet') !== null;
  const forms = document.querySelector('.form-sheet, .slip-sheet') !== null;
  const name = sheet === 'a5' ? 'small' : cards ? 'cards' : forms ? 'forms' : '';
  const style = rules.find((rule) => rule.selectorText === name)?.style;
  return ['margin-left', 'margin-right'].reduce((sum, side) => sum + (parseFloat(style?.getPropertyValue(side)) || 0), 0);
}

function onPaper(millimetre) {
  const { name } = helinChecks;
  const complaints = [];
  const shown = (e) => e.getBoundingClientRect().height > 0;
  for (const e of document.querySelectorAll('nav, form button')) if (shown(e)) complaints.push(`<${e.tagName.toLowerCase()}> is printed`);
  const root = document.documentElement;
  for (const e of document.querySelectorAll('body *')) {
    const { right, width } = e.getBoundingClientRect();
    if (width > 1 && right > root.clientWidth + 1 && !e.closest('.watermark, .hidden, svg')) {
      complaints.push(`${name(e)} reaches beyond the right edge of the paper`);
      break;
    }
  }
  for (const head of document.querySelectorAll('table thead')) {
    if (getComputedStyle(head).display !== 'table-header-group') complaints.push('a table head that does not repeat');
  }
  for (const row of document.querySelectorAll('table tbody tr')) {
    if (getComputedStyle(row).breakInside !== 'avoid') { complaints.push('a table row may split over two sheets'); break; }
  }
  for (const ink of document.querySelectorAll('svg.qr .qr-ink')) {
    const wide = ink.getBoundingClientRect().width / millimetre;
    if (wide < 20) complaints.push(`a QR code of ${wide.toFixed(1)} mm, at least 20`);
  }
  const foot = document.querySelector('.sheet-foot');
  if (foot && !/\d{4} ?年|\d{4}-\d{2}-\d{2}/.test(document.body.textContent)) complaints.push('no date');
  if (foot && !/\d{3,}/.test(foot.textContent)) complaints.push('no number to call');
  return complaints;
}
