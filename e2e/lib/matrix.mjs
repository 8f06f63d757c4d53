// Pages × roles × widths × modes × checks.
import { closeBrowser } from './browser.mjs';
import { ALWAYS, complaints } from './checks/index.mjs';
import { visit, VISITOR } from './visit.mjs';

const LAYOUT = ['noSidewaysScroll', 'targetSizes', 'targetGaps', 'noNarrowCells', 'readableText'];

// Which checks at which size: everything once on a phone and once at a desk, layout at every width.
const VIEWS = [
  { width: 320, checks: LAYOUT },
  // Jumps first: some of the other checks make the page jump.
  { width: 360, checks: ['noJumps', 'light', ...ALWAYS, 'skipLink', 'keyboardWalk', 'textAtTwiceTheSize', 'textSpacing'] },
  { width: 768, checks: LAYOUT },
  { width: 1366, checks: [...ALWAYS, 'skipLink', 'keyboardWalk'] },
  { width: 320, size: 'large', checks: LAYOUT },
  { width: 360, size: 'large', checks: ALWAYS },
  { width: 360, theme: 'contrast', checks: ['axe'] },
  { width: 1366, theme: 'contrast', checks: ['axe'] },
  { width: 360, lang: 'en', checks: ALWAYS },
  { width: 1366, lang: 'en', checks: LAYOUT },
];

// runMatrix(routes) -> { passed, failed }, counting one per page, role, view and check.
// A route: { path, roles?, public?, follow?, total? }. `follow` is a selector of a link on `path` whose page is meant.
export async function runMatrix(routes, { views = VIEWS, say = console.log } = {}) {
  const counts = { passed: 0, failed: 0 };
  const titles = new Map();
  for (const role of new Set(routes.flatMap(rolesOf))) {
    for (const view of views) {
      const visitor = await visit(role, view);
      for (const route of routes.filter((one) => rolesOf(one).includes(role))) {
        await holdPage(visitor, { route, role, view, counts, titles, say });
      }
      await visitor.leave();
    }
  }
  await closeBrowser();
  return counts;
}

function rolesOf(route) {
  return route.roles ?? [VISITOR];
}

async function holdPage(visitor, { route, role, view, counts, titles, say }) {
  const place = [route.path + (route.follow ? ' →' : ''), role, view.width, view.size, view.theme, view.lang].filter(Boolean).join(' ');
  const fail = (what) => { counts.failed += 1; say(`✖ ${place}: ${what}`); };
  visitor.problems.length = 0;
  visitor.thirdParty.length = 0;
  try {
    let answer = await visitor.open(route.path);
    if (route.follow) {
      const href = await visitor.page.locator(route.follow).first().getAttribute('href', { timeout: 3000 });
      answer = await visitor.open(href);
    }
    if (answer.status() !== 200) return fail(`answers ${answer.status()}`);
    const checks = route.public && view.checks.includes('words') ? [...view.checks, 'noPersonalNumbers'] : view.checks;
    for (const check of checks) {
      const found = await complaints(visitor, [check], route);
      visitor.problems.length = 0;
      if (found.length) fail(found.slice(0, 5).join('\n    ') + (found.length > 5 ? `\n    and ${found.length - 5} more` : ''));
      else counts.passed += 1;
    }
    await holdTitle(visitor, { route, view, titles, fail });
    if ([360, 1366].includes(view.width)) await visitor.shot(`${role}${route.path.replaceAll(/\W+/g, '-')}${route.follow ? '-one' : ''}`);
  } catch (error) {
    fail(error.message.split('\n')[0]);
  }
}

// Two pages never have the same title in one language.
async function holdTitle(visitor, { route, view, titles, fail }) {
  const key = `${view.lang ?? 'zh-CN'} ${await visitor.page.title()}`;
  const mine = route.path + (route.follow ?? '');
  const other = titles.get(key);
  if (other !== undefined && other !== mine) fail(`has the title of ${other}`);
  titles.set(key, mine);
}
