// Runs test files with node:test, shows what fails, and counts.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

// runFiles(folder) -> { passed, failed } over all *.test.mjs in it. A skipped test counts as failed: every test runs.
export async function runFiles(folder, { only = [] } = {}) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.mjs')).sort();
  const files = names.filter((name) => only.length === 0 || only.some((part) => name.includes(part))).map((name) => join(folder, name));
  if (files.length === 0) throw new Error(`no tests in ${folder}${only.length ? ` named ${only.join(' or ')}` : ''}`);
  const counts = { passed: 0, failed: 0 };
  const stream = run({ files, concurrency: 2, timeout: 600_000 });
  const isTest = (data) => data.details?.type !== 'suite' && !files.includes(data.name);
  stream.on('test:pass', (data) => {
    if (!isTest(data)) return;
    if (data.skip !== undefined || data.todo !== undefined) counts.failed += 1;
    else counts.passed += 1;
  });
  // A file that breaks down fails under its own name.
  stream.on('test:fail', (data) => { if (data.details?.type !== 'suite') counts.failed += 1; });
  const shown = stream.compose(new spec());
  for await (const text of shown) process.stdout.write(text);
  return counts;
}

// The line that ./dev adds up, in cargo's words; ends the process with what it says.
export function conclude(name, { passed, failed }) {
  console.log(`${name} result: ${failed ? 'FAILED' : 'ok'}. ${passed} passed; ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
