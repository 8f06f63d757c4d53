// Checks of a page on paper.

// printsOnA4(visitor, { pages }): A4 sheets, nothing wider than the sheet, no navigation, tables that repeat their head.
export async function printsOnA4(visitor, { pages = Infinity } = {}) {
  const { page } = visitor;
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const found = [];
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map((m) => m.slice(1).map(Number));
  if (boxes.length === 0) found.push('the PDF has no pages');
  for (const [width, height] of boxes) {
    const [short, long] = [Math.min(width, height), Math.max(width, height)];
    if (Math.abs(short - 595) > 1.5 || Math.abs(long - 842) > 1.5) found.push(`a sheet of ${width} × ${height} pt, not A4`);
  }
  if (boxes.length > pages) found.push(`${boxes.length} sheets, at most ${pages}`);
  await page.emulateMedia({ media: 'print' });
  found.push(...await page.evaluate(() => {
    const complaints = [];
    const shown = (e) => e.getBoundingClientRect().height > 0;
    for (const e of document.querySelectorAll('nav, form button')) if (shown(e)) complaints.push(`<${e.tagName.toLowerCase()}> is printed`);
    for (const head of document.querySelectorAll('table thead')) {
      if (getComputedStyle(head).display !== 'table-header-group') complaints.push('a table head that does not repeat');
    }
    for (const row of document.querySelectorAll('table tbody tr')) {
      if (getComputedStyle(row).breakInside !== 'avoid') { complaints.push('a table row may split over two sheets'); break; }
    }
    return complaints;
  }));
  await page.emulateMedia({ media: null });
  return found;
}
