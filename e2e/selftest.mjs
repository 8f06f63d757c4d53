// node e2e/selftest.mjs: proves that each check passes a good page and fails a bad one, and that the harness starts a
// server, signs in and stops it. Needs no build: the pages are fixtures.
import { join } from 'node:path';
import { conclude, runFiles } from './lib/runner.mjs';

conclude('selftest', await runFiles(join(import.meta.dirname, 'selftest'), { only: process.argv.slice(2) }));
