// node e2e/run.mjs [NAME...]: serves a demo city and runs the stories (those whose file name holds a NAME, if given),
// then the matrix of checks over all pages. HELIN_BIN names the program, HELIN_E2E_URL a server that already runs.
import { join } from 'node:path';
import { startDemo } from './lib/demo.mjs';
import { runMatrix } from './lib/matrix.mjs';
import { conclude, runFiles } from './lib/runner.mjs';

const only = process.argv.slice(2);
process.env.HELIN_E2E_RUN = String(process.pid);
const demo = process.env.HELIN_E2E_URL ? null : await startDemo();
if (demo) {
  process.env.HELIN_E2E_URL = demo.url;
  process.env.HELIN_E2E_ACCOUNTS = demo.accounts;
}
try {
  conclude('stories', await runFiles(join(import.meta.dirname, 'stories'), { only }));
  const storiesFailed = process.exitCode;
  if (only.length === 0) {
    const { ROUTES } = await import('./routes.mjs');
    conclude('matrix', await runMatrix(ROUTES));
    process.exitCode ||= storiesFailed;
  }
} finally {
  await demo?.stop();
}
