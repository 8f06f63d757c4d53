// Reads a QR code as a scanner would: from its picture.
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

// Wide enough that each module of the largest code that the product draws covers several pixels.
const WIDTH = 640;

// What the QR code `svg` (a locator) says. It is drawn by itself on a page of its own, so that nothing lies over it.
export async function scan(svg) {
  const drawn = await svg.evaluate((element) => element.outerHTML);
  const page = await svg.page().context().newPage();
  try {
    await page.setViewportSize({ width: WIDTH, height: WIDTH });
    await page.setContent(`<style>body { margin: 0 } svg { width: ${WIDTH}px; height: ${WIDTH}px } .qr-paper { fill: #fff }</style>${drawn}`);
    return read(await page.screenshot());
  } finally {
    await page.close();
  }
}

// What the QR code in a picture says.
export function read(png) {
  const { data, width, height } = PNG.sync.read(png);
  const found = jsqr.default(new Uint8ClampedArray(data), width, height);
  if (!found) throw new Error('no QR code that can be read');
  return found.data;
}
