// J1 when something goes wrong on the way: a photo that is too big, an answer to change, a connection that breaks, a
// button pressed twice. Nothing that was said is lost, and nothing is sent twice.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, follow, photo, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

// Nobody of the other stories of asking: what one person has half filled in is theirs in all of them.
const WHO = 'volunteer 2';

const main = (visitor) => visitor.page.locator('main').innerText();

async function afresh(visitor) {
  await visitor.open('/help');
  const discard = visitor.page.getByRole('button', { name: /^(不要了|Throw away)$/ });
  while (await discard.count()) await Promise.all([visitor.page.waitForNavigation(), discard.first().click()]);
  await visitor.open('/help');
}

const mine = async () => (await api(WHO, '/matters?mine=true')).items.length;

test('a photo too big is named and the rest is kept; an answer is changed; a note is added; without JavaScript', async () => {
  const xie = await visit(WHO, { width: 320, js: false });
  await afresh(xie);
  await follow(xie, '打扫维修');
  await xie.page.getByLabel('自己').check();
  await press(xie, '继续');
  await xie.page.getByLabel('出了什么事').fill('灯管坏了，够不着');
  await xie.page.getByLabel('今天', { exact: true }).check();
  // From files: eight megabytes through the debugger take long.
  const folder = await mkdtemp(join(tmpdir(), 'helin-photos-'));
  const [good, big] = [join(folder, 'good.png'), join(folder, 'big.jpg')];
  await writeFile(good, (await photo(xie)).buffer);
  await writeFile(big, Buffer.alloc(8 * 1024 * 1024 + 1, 1));
  await xie.page.locator('input[type=file]').setInputFiles([good, big]);
  await press(xie, '继续');
  await rm(folder, { recursive: true });
  assert.match(await xie.page.title(), /^错误：/);
  assert.match(await main(xie), /第 2 张太大，没有收下/);
  assert.equal(await xie.page.getByLabel('出了什么事').inputValue(), '灯管坏了，够不着');
  await holds(xie);
  await xie.shot('j1-photo-too-big');
  await press(xie, '继续');
  await press(xie, '继续');
  assert.match(await main(xie), /灯管坏了/);
  assert.equal(await xie.page.locator('.photos img').count(), 1, 'the photo that was taken in is there');
  await holds(xie);
  await follow(xie, /^修改\s*出了什么事/);
  await xie.page.getByLabel('出了什么事').fill('灯管坏了，要带梯子');
  await press(xie, '继续');
  await press(xie, '继续');
  assert.match(await main(xie), /要带梯子/);
  await press(xie, '提交');
  assert.match(await main(xie), /编号/);
  await xie.page.getByLabel('要补充什么').fill('梯子楼下有');
  await press(xie, '补充上去');
  assert.match(await main(xie), /已经补充/);
  assert.match(await main(xie), /梯子楼下有/);
  await holds(xie);
  await xie.shot('j1-noted');
  await xie.leave();
});

test('pressed twice it is one, with and without JavaScript', async () => {
  for (const js of [true, false]) {
    const before = await mine();
    const xie = await visit(WHO, { width: 360, js });
    await afresh(xie);
    await follow(xie, '跑腿代买');
    await xie.page.getByLabel('自己').check();
    await press(xie, '继续');
    await xie.page.getByLabel('出了什么事').fill('想请人买一桶油');
    await xie.page.getByLabel('今天', { exact: true }).check();
    await press(xie, '继续');
    await press(xie, '继续');
    await xie.page.getByRole('button', { name: '提交' }).dblclick();
    await xie.page.getByText('接下来').waitFor();
    assert.equal(await mine(), before + 1);
    await xie.leave();
  }
});

test('the connection breaks: on return the form is offered with what was answered', async () => {
  const xie = await visit(WHO, { width: 360 });
  await afresh(xie);
  await follow(xie, '照护陪伴');
  await xie.page.getByLabel('自己').check();
  await press(xie, '继续');
  await xie.page.getByLabel('出了什么事').pressSequentially('请人陪母亲说说话');
  await xie.page.getByLabel('今天', { exact: true }).check();
  await xie.context.setOffline(true);
  await xie.page.getByRole('button', { name: '继续' }).click();
  await xie.page.waitForURL(/chrome-error/);
  await xie.context.setOffline(false);
  await xie.open('/');
  assert.match(await main(xie), /您有一份没填完的：照护陪伴/);
  await follow(xie, '接着填');
  assert.ok(await xie.page.getByLabel('自己').isChecked());
  await press(xie, '继续');
  assert.equal(await xie.page.getByLabel('出了什么事').inputValue(), '请人陪母亲说说话', 'what was not sent is kept on the phone');
  await xie.open('/');
  await press(xie, '不要了');
  await xie.leave();
});
