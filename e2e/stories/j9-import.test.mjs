// A clerk brings a table in: checked, looked at, applied, and the rows that were refused taken along.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { HOME, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

// Reloads as a person would, until the page says so.
async function until(visitor, said) {
  for (let tries = 0; tries < 60; tries += 1) {
    if (said.test(await main(visitor))) return;
    await visitor.page.waitForTimeout(500);
    await visitor.page.reload();
  }
  throw new Error(`the page never says ${said}: ${await main(visitor)}`);
}

test('people from a file; without JavaScript; the same file twice changes nothing', async () => {
  const clerk = await visit('community_worker', { width: 1366, js: false });
  await clerk.open('/imports');
  await holds(clerk);
  await clerk.shot('j9-imports');
  await press(clerk, '上传并检查');
  assert.match(await clerk.page.title(), /^错误：/);
  await holds(clerk);
  const phone = `1395${String(Date.now() % 10_000_000).padStart(7, '0')}`;
  const text = `姓名,手机号,出生日期,区划代码\n钱大爷,${phone},1949年12月31日,${HOME.code}\n吴某,,,${HOME.code}\n王某,13955550003,1/5/1980,${HOME.code}\n`;
  const file = { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  for (const [known, added] of [[false, /已完成/], [true, /没有可以登记的行/]]) {
    await clerk.open('/imports');
    await clerk.page.getByLabel('人员', { exact: false }).first().check();
    await clerk.page.getByLabel('表格文件').setInputFiles(file);
    await press(clerk, '上传并检查');
    await holds(clerk);
    await until(clerk, /检查完了/);
    assert.match(await main(clerk), /至少填一个/);
    assert.match(await main(clerk), /分不清月和日/);
    await holds(clerk);
    await clerk.shot(known ? 'j9-import-known' : 'j9-import-checked');
    if (!known) await press(clerk, '登记 1 行');
    await until(clerk, added);
    await holds(clerk);
  }
  const download = clerk.page.waitForEvent('download');
  await clerk.page.getByRole('link', { name: '下载不能登记的行' }).click();
  assert.equal((await download).suggestedFilename(), '荷邻-不能登记的行.xlsx');
  await press(clerk, '取消导入');
  assert.match(await main(clerk), /已取消/);
  await clerk.leave();

  const small = await visit('community_worker', { width: 360, lang: 'en' });
  await small.open('/imports');
  await holds(small);
  await Promise.all([small.page.waitForNavigation(), small.page.locator('.cells a').first().click()]);
  await holds(small);
  await small.leave();
});
