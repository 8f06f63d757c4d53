// Reads a QR code of ours as a scanner would (ISO/IEC 18004), so that a story can follow what is printed. Every module is
// drawn exactly, so nothing is corrected; level M and up to version 10 is what the product draws.

// Of each version: bytes that correct per block, then the data bytes of the blocks.
const BLOCKS = [, [10, [16]], [16, [28]], [26, [44]], [18, [32, 32]], [24, [43, 43]], [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]], [22, [38, 38, 39, 39]], [22, [36, 36, 36, 37, 37]], [26, [43, 43, 43, 43, 44]]];
const ALIGNED = [, [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const MASKS = [(i, j) => (i + j) % 2, (i) => i % 2, (i, j) => j % 3, (i, j) => (i + j) % 3,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2, (i, j) => (i * j) % 2 + (i * j) % 3,
  (i, j) => ((i * j) % 2 + (i * j) % 3) % 2, (i, j) => ((i + j) % 2 + (i * j) % 3) % 2];
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

// What the QR code `svg` (a locator) says.
export async function scan(svg) {
  const [box, path] = [await svg.getAttribute('viewBox'), await svg.locator('.qr-ink').getAttribute('d')];
  return read(modules(Number(box.split(' ')[2]) - 8, path));
}

// The dark modules out of the runs that are drawn, without the quiet zone of four.
function modules(width, path) {
  const rows = Array.from({ length: width }, () => new Array(width).fill(0));
  for (const [, x, y, run] of path.matchAll(/M(\d+),(\d+)h(\d+)/g)) rows[y - 4].fill(1, x - 4, x - 4 + Number(run));
  return rows;
}

// What these rows of modules say.
export function read(rows) {
  const version = (rows.length - 17) / 4;
  const format = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => rows[8][x]).concat([7, 5, 4, 3, 2, 1, 0].map((y) => rows[y][8]));
  const said = parseInt(format.join(''), 2) ^ 0x5412;
  if (!BLOCKS[version] || said >> 13 !== 0) throw new Error(`a QR of version ${version}, format ${said}: only level M up to version 10`);
  const bytes = codewords(rows, version, MASKS[(said >> 10) & 7]);
  const [, sizes] = BLOCKS[version];
  const blocks = sizes.map(() => []);
  for (let at = 0; at < Math.max(...sizes); at += 1) {
    sizes.forEach((size, block) => { if (at < size) blocks[block].push(bytes.shift()); });
  }
  return text(blocks.flat(), version);
}

// Whether a module belongs to the frame of the code and carries nothing.
function isFrame(x, y, width, version) {
  const corner = (x < 9 && y < 9) || (x > width - 9 && y < 9) || (x < 9 && y > width - 9);
  const lines = version >= 7 && ((x > width - 12 && y < 6) || (y > width - 12 && x < 6));
  const centres = ALIGNED[version];
  const last = centres.at(-1);
  const aligned = centres.some((cy) => centres.some((cx) => Math.abs(cx - x) < 3 && Math.abs(cy - y) < 3
    && !(cx === 6 && cy === 6) && !(cx === 6 && cy === last) && !(cx === last && cy === 6)));
  return corner || lines || aligned || x === 6 || y === 6;
}

// The bytes in the order of the zigzag from the lower right.
function codewords(rows, version, mask) {
  const width = rows.length;
  let bits = '';
  for (let [right, up] = [width - 1, true]; right > 0; right -= 2, up = !up) {
    if (right === 6) right -= 1;
    for (let step = 0; step < width; step += 1) {
      const y = up ? width - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (!isFrame(x, y, width, version)) bits += rows[y][x] ^ (mask(y, x) === 0 ? 1 : 0);
      }
    }
  }
  return bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
}

// The segments of digits, capitals and bytes.
function text(bytes, version) {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const take = (count) => parseInt(bits.slice(at, at += count), 2);
  const big = version >= 10;
  let said = '';
  for (;;) {
    const mode = at + 4 <= bits.length ? take(4) : 0;
    if (mode === 0) return said;
    if (mode === 1) {
      for (let left = take(big ? 12 : 10); left > 0; left -= 3) said += String(take([0, 4, 7, 10][Math.min(left, 3)])).padStart(Math.min(left, 3), '0');
    } else if (mode === 2) {
      for (let left = take(big ? 11 : 9); left > 0; left -= 2) {
        const pair = take(left > 1 ? 11 : 6);
        said += (left > 1 ? LETTERS[Math.floor(pair / 45)] : '') + LETTERS[pair % 45];
      }
    } else if (mode === 4) {
      said += Buffer.from(Array.from({ length: take(big ? 16 : 8) }, () => take(8))).toString();
    } else {
      throw new Error(`a segment of mode ${mode}`);
    }
  }
}
