// J3 where there is no network: the task lies on the volunteer's phone because they wanted it to, is read, and signing in and
// out waits there; and what nobody should read any more is gone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, press, task, volunteer } from '../lib/story.mjs';
import { site, visit } from '../lib/visit.mjs';
import { wire } from '../lib/wire.mjs';

const line = await wire(site());
process.env.HELIN_E2E_URL = line.url;
after(closeBrowser);
after(line.close);

async function offline(visitor, is) {
  if (is) line.cut(); else line.mend();
  await visitor.context.setOffline(is);
}

const WHO = 'inspector';
const main = (visitor) => visitor.page.locator('main').innerText();
// What lies on the phone.
const kept = (visitor) => visitor.page.evaluate(() => caches.open('helin-kept').then((cache) => cache.keys()).then((keys) => keys.map((key) => new URL(key.url).pathname)));

async function accepted(minutes) {
  const cut = await task({ inMinutes: 5, minutes });
  await api('social_worker', `${cut.path}/opening`, {});
  await api(WHO, `${cut.path}/acceptance`, {});
  return cut;
}

async function keep(visitor, cut) {
  await visitor.open(`/tasks/${cut.code}`);
  await visitor.page.getByRole('button', { name: '存到这部手机' }).click();
  await visitor.page.getByText('已存到这部手机。').waitFor();
}

test('kept on the phone: read without a network, signed in and out there, sent once when it is back; gone after signing out', async () => {
  await volunteer(WHO);
  const cut = await accepted(30);
  const lin = await visit(WHO, { width: 360, fresh: true });
  await lin.open(`/tasks/${cut.code}`);
  assert.deepEqual(await kept(lin), [], 'nothing is kept unasked');
  await keep(lin, cut);
  await holds(lin);
  await lin.shot('j3-kept');
  assert.equal((await kept(lin)).length, 4);

  await offline(lin, true);
  await lin.open(`/tasks/${cut.code}`);
  assert.match(await main(lin), /现在没有网络，这是 .*存下的内容/);
  assert.match(await main(lin), /2 单元 401/, 'where to go is there');
  assert.equal(await lin.page.getByText('我要取消').isVisible(), false, 'what cannot wait is left out');
  assert.equal(await lin.page.getByRole('link', { name: '打印任务单' }).isVisible(), false, 'and what leads away');
  assert.equal(await lin.page.locator('form:visible').count(), 0, 'nothing is offered that cannot wait');
  await holds(lin);
  await lin.shot('j3-kept-offline');

  await lin.open('/me/hours');
  assert.match(await main(lin), /手机里存的任务/, 'what is not kept leads to what is');
  await lin.page.getByRole('link', { name: '陪老人去县医院' }).click();
  await lin.page.getByRole('link', { name: '到了，签到' }).click();
  await lin.page.getByLabel('签到码').fill(cut.checkCode);
  await lin.page.getByRole('button', { name: '确认签到' }).click();
  assert.match(await lin.page.locator('[data-waiting]').innerText(), /1 条待上传/);
  await lin.page.getByRole('link', { name: '完成，签退' }).click();
  assert.match(await main(lin), /签到已记在这部手机里/);
  assert.doesNotMatch(await main(lin), /您还没有签到/, 'what waits counts');
  await lin.page.getByRole('button', { name: '提交，签退' }).click();
  assert.match(await lin.page.locator('[data-empty]').innerText(), /签到码是 6 位数字/, 'what is empty is not kept');
  assert.match(await lin.page.locator('[data-waiting]').innerText(), /1 条待上传/);
  await holds(lin);
  await lin.page.getByLabel('签到码').fill(cut.checkCode);
  await lin.page.getByLabel('陪同出行').check();
  await lin.page.getByRole('button', { name: '提交，签退' }).click();
  assert.match(await lin.page.locator('[data-waiting]').innerText(), /2 条待上传/);
  await holds(lin);

  const sent = [];
  lin.page.on('request', (request) => { if (request.method() === 'POST') sent.push(new URL(request.url()).pathname); });
  await offline(lin, false);
  await lin.open(`/tasks/${cut.code}/now`);
  await lin.page.getByText('已签退').waitFor();
  await lin.page.getByText('存在手机里的 2 条已经送出').waitFor();
  assert.deepEqual(sent, [`/tasks/${cut.code}/check-in`, `/tasks/${cut.code}/check-out`], 'in their order, each once');

  await keepAnother(lin);
  await lin.open('/me');
  await press(lin, '退出登录');
  await lin.open('/');
  assert.deepEqual(await kept(lin), [], 'signing out leaves nothing on the phone');
  assert.equal(await lin.page.evaluate(() => localStorage.getItem('offline')), null, 'and the next one is asked anew');
  await lin.leave();
});

async function keepAnother(visitor) {
  const cut = await task({ inMinutes: 3 * 24 * 60 });
  await api('social_worker', `${cut.path}/opening`, {});
  await api(WHO, `${cut.path}/acceptance`, {});
  await visitor.open(`/tasks/${cut.code}`);
  // Wanted once, the next task is kept without being asked for.
  await visitor.page.getByText('已存到这部手机。').waitFor();
  assert.ok((await kept(visitor)).includes(`/tasks/${cut.code}`));
}

test('a phone that says it is online while nobody answers: what was typed waits as well', async () => {
  const cut = await accepted(40);
  const lin = await visit(WHO, { width: 360, fresh: true });
  await lin.open(`/tasks/${cut.code}/now`);
  line.cut();
  assert.equal(await lin.page.evaluate(() => navigator.onLine), true);
  await lin.page.getByLabel('签到码').fill(cut.checkCode);
  await lin.page.getByRole('button', { name: '确认签到' }).click();
  await lin.page.getByText('1 条待上传').waitFor();
  await holds(lin);
  line.mend();
  // It is asked again without anything being pressed.
  await lin.page.getByText('签到，到现在可计').waitFor({ timeout: 45000 });
  assert.equal(await lin.page.locator('[data-waiting]').isVisible(), false);
  assert.equal(await lin.page.evaluate(() => localStorage.getItem('outbox')), null);
  await lin.leave();
});

test('what is over is read no more, and keeping ends with one press', async () => {
  const cut = await task({ inMinutes: 6 * 24 * 60 });
  await api('social_worker', `${cut.path}/opening`, {});
  await api(WHO, `${cut.path}/acceptance`, {});
  const lin = await visit(WHO, { width: 320, size: 'large', fresh: true });
  await keep(lin, cut);
  // Over, as the phone sees it: the copies say until when.
  await lin.page.evaluate(async () => {
    const cache = await caches.open('helin-kept');
    for (const key of await cache.keys()) {
      const copy = await cache.match(key);
      const headers = new Headers(copy.headers);
      if (/\/tasks\/[^/]+$/.test(new URL(key.url).pathname)) headers.set('x-until', String(Date.now() - 1));
      await cache.put(key, new Response(await copy.text(), { headers }));
    }
  });
  await offline(lin, true);
  await lin.open(`/tasks/${cut.code}`);
  assert.doesNotMatch(await main(lin), /2 单元 401/);
  assert.match(await main(lin), /这部手机里没有存任务/);
  await holds(lin);
  await offline(lin, false);
  await lin.open('/me/offline');
  await holds(lin);
  await lin.page.getByRole('button', { name: '不再存，全部删除' }).click();
  await lin.page.waitForFunction(() => caches.has('helin-kept').then((there) => !there));
  await lin.leave();
});
