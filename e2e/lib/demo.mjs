// Starts a demo city for the tests, and ends it.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
// A debug build on a busy machine takes its time to make the city.
const READY_WITHIN_MS = 300_000;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

// startDemo({ program }) -> { url, accounts, stop }. `accounts` is the path of the file with one account per role.
export async function startDemo({ program = process.env.HELIN_BIN || join(ROOT, 'target/release/helin') } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'helin-e2e-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const child = spawn(program, ['demo', '--data', data, '--listen', listen, '--scale', '0.05', '--seed', '7'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Each visitor says where they come from, as the proxy of a city does: a village does not share one address.
    env: { ...process.env, HELIN_BEHIND_PROXY: 'true' },
  });
  let output = '';
  const keep = (chunk) => { output = (output + chunk).slice(-20_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  const end = new Promise((done) => {
    child.on('error', (error) => { keep(error.message); ended = true; done(); });
    child.on('exit', () => { ended = true; done(); });
  });
  const stop = async () => {
    if (!ended) {
      child.kill('SIGTERM');
      // A server that does not end within ten seconds of being asked is a defect, but must not hang the run.
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await end;
      clearTimeout(timer);
    }
    await rm(data, { recursive: true, force: true });
  };
  const began = Date.now();
  while (!(await isReady(url))) {
    if (ended || Date.now() - began > READY_WITHIN_MS) {
      await stop();
      throw new Error(`${program} demo ${ended ? 'ended' : 'was not ready in time'}:\n${output}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { url, accounts: join(data, 'demo-accounts.json'), output: () => output, stop };
}

// The account of a role: { role, name, place, phone, token }. `volunteer 2` is the second of the volunteers.
export async function account(who) {
  const accounts = JSON.parse(await readFile(process.env.HELIN_E2E_ACCOUNTS, 'utf8'));
  const [role, number = '1'] = who.split(' ');
  const found = accounts.filter((one) => one.role === role)[Number(number) - 1];
  if (!found) throw new Error(`demo-accounts.json has no ${who}, only ${accounts.map((one) => one.role).join(', ')}`);
  return found;
}
