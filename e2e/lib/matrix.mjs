// Pages × roles × widths × modes × checks.
import { closeBrowser } from './browser.mjs';
import { ALWAYS, complaints } from './checks/index.mjs';
import { scene } from './scene.mjs';
import { visit, VISITOR } from './visit.mjs';

const LAYOUT = ['noSidewaysScroll', 'targetSizes', 'targetGaps', 'noNarrowCells', 'readableText'];
const WALK = ['skipLink', 'keyboardWalk'];

// Which checks at which size: every page once on the narrowest phone, the key pages everything once on a phone and once at
// a desk, and their layout at every width. A view that weighs the page keeps nothing from the page before.
const VIEWS = [
  { width: 320, checks: LAYOUT, others: [...ALWAYS, ...WALK] },
  // Jumps first: some of the other checks make the page jump.
  { width: 360, cold: true, checks: ['noJumps', 'light', ...ALWAYS, ...WALK, 'textAtTwiceTheSize', 'textSpacing', 'staysStill'] },
  { width: 768, checks: LAYOUT },
  { width: 1366, checks: [...ALWAYS, ...WALK] },
  { width: 320, size: 'large', checks: LAYOUT },
  { width: 360, size: 'large', checks: ALWAYS },
  { width: 360, theme: 'contrast', checks: ['axe'] },
  { width: 1366, theme: 'contrast', checks: ['axe'] },
  { width: 360, lang: 'en', checks: ALWAYS },
  { width: 1366, lang: 'en', checks: LAYOUT },
];
// Paper has no frame and no measure of a phone; on the screen it is only looked at before it is printed.
const ON_PAPER = ['axe', 'noSidewaysScroll', 'nothingMoves', 'viewportAndPictures', 'noThirdParty', 'strictPolicy', 'words', 'prints'];

// runMatrix(routes) -> { passed, failed }, counting one per page, role, view and check. What a route says: see routes.mjs.
export async function runMatrix(routes, { views = VIEWS, say = console.log } = {}) {
  const counts = { passed: 0, failed: 0 };
  const titles = new Map();
  const told = routes.some((route) => typeof route.path === 'function') ? await scene() : {};
  for (const role of new Set(routes.flatMap(rolesOf))) {
    for (const view of views) {
      const mine = routes.filter((route) => rolesOf(route).includes(role) && checksOf(route, view));
      if (mine.length === 0) continue;
      const visitor = await visit(role, view);
      for (const route of mine) await holdPage(visitor, { route, role, view, told, counts, titles, say });
      await visitor.leave();
    }
  }
  await closeBrowser();
  return counts;
}

function rolesOf(route) {
  return route.roles ?? [VISITOR];
}

// What a page is held to in this view, if it is looked at in it.
function checksOf(route, view) {
  const checks = (route.key ? view.checks : view.others && route.sheet ? ON_PAPER : view.others)?.filter((check) => check !== route.without);
  return checks && route.public && checks.includes('words') ? [...checks, 'noPersonalNumbers'] : checks;
}

async function holdPage(visitor, { route, role, view, told, counts, titles, say }) {
  const address = typeof route.path === 'function' ? route.path(told) : route.path ?? route.page;
  const place = [address + (route.follow ? ' →' : ''), role, view.width, view.size, view.theme, view.lang].filter(Boolean).join(' ');
  const fail = (what) => { counts.failed += 1; say(`✖ ${place}: ${what}`); };
  visitor.problems.length = 0;
  visitor.thirdParty.length = 0;
  try {
    const status = (await arrive(visitor, route, address)).status();
    if (status !== (route.status ?? 200)) return fail(`answers ${status}`);
    for (const check of checksOf(route, view)) {
      const found = await complaints(visitor, [check], route);
      visitor.problems.length = 0;
      if (found.length) fail(found.slice(0, 5).join('\n    ') + (found.length > 5 ? `\n    and ${found.length - 5} more` : ''));
      else counts.passed += 1;
    }
    await holdTitle(visitor, { mine: route.like ?? route.page + (route.follow ?? ''), view, titles, fail });
    const seen = route.key ? [360, 1366] : [320];
    if (seen.includes(view.width)) await visitor.shot(`${role.replace(' ', '-')}${address.replaceAll(/\W+/g, '-')}${route.follow ? '-one' : ''}`);
  } catch (error) {
    fail(error.message.split('\n')[0]);
  }
}

// Opens the page: by its address, by a link on it, or by sending its form.
async function arrive(visitor, { follow, press }, address) {
  const answer = await visitor.open(address);
  if (follow) return visitor.open(await visitor.page.locator(follow).first().getAttribute('href', { timeout: 3000 }));
  return press ? visitor.send(press) : answer;
}

// Two pages never have the same title in one language.
async function holdTitle(visitor, { mine, view, titles, fail }) {
  const key = `${view.lang ?? 'zh-CN'} ${await visitor.page.title()}`;
  const other = titles.get(key);
  if (other !== undefined && other !== mine) fail(`has the title of ${other}`);
  titles.set(key, mine);
}
