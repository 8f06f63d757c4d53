// node e2e/matrix.mjs [PAGE...]: serves a demo city and holds its pages (those whose pattern is named, or all of routes.mjs) to every
// check, for each role that may see them, at each width and in each mode. The first word on a failing line says where.
import { startDemo } from './lib/demo.mjs';
import { runMatrix } from './lib/matrix.mjs';
import { conclude } from './lib/runner.mjs';
import { ROUTES } from './routes.mjs';

const wanted = process.argv.slice(2);
const routes = wanted.length ? ROUTES.filter((route) => wanted.includes(route.page)) : ROUTES;
if (routes.length === 0) throw new Error(`routes.mjs has none of ${wanted.join(', ')}`);
const demo = process.env.HELIN_E2E_URL ? null : await startDemo();
if (demo) {
  process.env.HELIN_E2E_URL = demo.url;
  process.env.HELIN_E2E_ACCOUNTS = demo.accounts;
}
try {
  conclude('matrix', await runMatrix(routes));
} finally {
  await demo?.stop();
}
