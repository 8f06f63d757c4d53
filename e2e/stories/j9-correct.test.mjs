// J9: something kept about me is wrong: I ask for its correction, somebody who did not write it down verifies it, and I
// read what came of it. And what everybody may read about personal information.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { follow, press } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('a resident has words about her corrected, and reads who saw to it and why; without JavaScript', async () => {
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open('/me/data');
  await holds(zhang);
  await follow(zhang, '更正我的信息');
  assert.match(await main(zhang), /现在登记的[\s\S]*还没有申请过更正/);
  await holds(zhang);
  await zhang.shot('j9-corrections');
  const path = new URL(zhang.page.url()).pathname;
  await zhang.open(`${path}?field=other`);
  await press(zhang, '提交申请');
  assert.match(await main(zhang), /请写明应该是什么/);
  await holds(zhang);
  await zhang.page.getByLabel('应该是什么').fill('备注里写我独居，其实和女儿同住');
  await zhang.page.getByLabel('依据').fill('户口本');
  await press(zhang, '提交申请');
  assert.match(await main(zhang), /待核实[\s\S]*最晚答复[\s\S]*谁负责/);
  await holds(zhang);
  await zhang.shot('j9-correction-asked');
  const request = new URL(zhang.page.url()).pathname;

  const clerk = await visit('community_worker', { width: 1366, js: false });
  await clerk.open('/');
  assert.match(await main(clerk), /更正申请[\s，]*\d+ 个等着核实/);
  await clerk.shot('j9-work');
  await clerk.open('/desk/corrections');
  await holds(clerk);
  await clerk.shot('j9-desk-corrections');
  await clerk.open(request);
  assert.doesNotMatch(await main(clerk), /和女儿同住/);
  await press(clerk, '打开内容来核实');
  assert.match(await main(clerk), /和女儿同住/);
  await clerk.page.getByLabel('更正', { exact: true }).check();
  await press(clerk, '保存结果');
  assert.match(await main(clerk), /请写理由/);
  await holds(clerk);
  await clerk.page.getByLabel('核实后的内容').fill('备注改为：和女儿同住');
  await clerk.page.getByLabel('理由').fill('看过户口本');
  await clerk.shot('j9-correction-decide');
  await press(clerk, '保存结果');
  await clerk.leave();

  await zhang.open(request);
  assert.match(await main(zhang), /已更正[\s\S]*看过户口本[\s\S]*处理人/);
  await holds(zhang);
  await zhang.shot('j9-correction-done');
  await zhang.leave();
});

test('everybody reads who answers for what is kept, what that is, and how to have it corrected', async () => {
  for (const width of [360, 1366]) {
    const stranger = await visit(undefined, { width, js: false });
    await stranger.open('/login');
    assert.match(await main(stranger), /您填的信息由荷邻演示城市社会工作部（虚构）负责处理/);
    await follow(stranger, '个人信息说明');
    assert.match(await main(stranger), /谁负责[\s\S]*您的权利[\s\S]*到期自动删除的[\s\S]*影响评估/);
    await holds(stranger);
    await stranger.shot(`privacy-${width}`);
    await stranger.leave();
  }
});

test('an administrator names who answers, and prints what was weighed', async () => {
  const admin = await visit('administrator', { width: 1366, js: false });
  await admin.open('/data-handlers');
  await holds(admin);
  await admin.shot('data-handlers');
  await admin.open('/assessments');
  await follow(admin, '上门服务中使用住址和电话（演示）');
  await holds(admin);
  await admin.shot('assessment');
  await follow(admin, '打印（A4）');
  assert.match(await main(admin), /个人信息保护影响评估报告[\s\S]*至少保存 3 年/);
  await admin.shot('assessment-sheet');
  await admin.leave();
});
