// All checks by name, and the way to hold a page to some of them.
import assert from 'node:assert/strict';
import * as access from './access.mjs';
import * as layout from './layout.mjs';
import * as print from './print.mjs';
import * as trust from './trust.mjs';

export const CHECKS = { ...access, ...layout, ...trust, ...print };

// What every page is held to at every size.
export const ALWAYS = ['axe', 'structure', 'fields', 'refusal', 'tagsSay', 'noSidewaysScroll', 'targetSizes', 'targetGaps', 'noNarrowCells',
  'readableText', 'growingBoxes', 'nothingMoves', 'viewportAndPictures', 'noThirdParty', 'strictPolicy', 'words', 'english'];

export async function complaints(visitor, names, options = {}) {
  const found = [];
  for (const name of names) {
    for (const complaint of await CHECKS[name](visitor, options)) found.push(`${name}: ${complaint}`);
  }
  return found.concat(visitor.problems.map((problem) => `problem: ${problem}`));
}

// Fails with every complaint about the page that the visitor has open.
export async function holds(visitor, names = ALWAYS, options = {}) {
  const found = await complaints(visitor, names, options);
  assert.deepEqual(found, [], `${visitor.page.url()}\n${found.join('\n')}`);
}
