// A wire to the site that can be cut. The browser's own switch for being offline holds for pages and not always for what a
// service worker asks.
import { connect, createServer } from 'node:net';

// wire(url) -> { url, cut, mend, close }: the site under another address of this machine.
export async function wire(url) {
  const { hostname, port } = new URL(url);
  const open = new Set();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) { near.destroy(); return; }
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.on('close', () => { open.delete(one); other.destroy(); });
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const drop = () => { for (const one of open) one.destroy(); };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() { whole = false; drop(); },
    mend() { whole = true; },
    close() { drop(); server.close(); },
  };
}
