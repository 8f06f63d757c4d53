// J3: confirmed hours become a certificate on paper, which anybody can verify, and which its unit can take back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { scan } from '../lib/qr.mjs';
import { api, follow, HOME, press } from '../lib/story.mjs';
import { visit, VISITOR } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();
const DAY = 24 * 60 * 60_000;

// An hour entered late on a day of its own, confirmed by the desk: { day, title }.
async function confirmedHour() {
  const taken = (await api('volunteer', '/records?mine=true')).items.map((record) => record.start.slice(0, 10));
  const days = Array.from({ length: 40 }, (_, n) => new Date(Date.now() - (n + 10) * DAY).toISOString().slice(0, 10));
  const day = days.find((one) => !taken.includes(one));
  const title = `花坛除草 ${Date.now() % 100000}`;
  const entry = { name: title, place: HOME.code, content: '和邻居一起给花坛除草', start: `${day}T05:00:00+08:00`, end: `${day}T06:00:00+08:00`, reason: '手机没电了' };
  const record = await api('volunteer', '/records', entry);
  await api('community_worker', `/records/${record.id}/confirmation`, {});
  return { day, title };
}

test('asked for, printed, verified, taken back; verifying says so; without JavaScript', async () => {
  const { day, title } = await confirmedHour();
  const li = await visit('volunteer', { width: 360, js: false });
  await li.open('/me/hours');
  await holds(li);
  await follow(li, '打印证明');
  await holds(li);
  await li.shot('j3-certificates');
  await li.page.getByLabel('从哪天').fill(day);
  await li.page.getByLabel('到哪天').fill('');
  await press(li, '看看能证明哪些');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  assert.equal(await li.page.getByLabel('从哪天').inputValue(), day);
  assert.equal(await li.page.getByRole('button', { name: '开具证明' }).count(), 0, 'nothing is issued before it was seen');
  await li.page.getByLabel('到哪天').fill(day);
  await press(li, '看看能证明哪些');
  assert.match(await main(li), /将要证明[\s\S]*1 次服务，共 1 小时/);
  await holds(li);
  // What is not known is said first, and nothing is issued before that is answered.
  await press(li, '开具证明');
  assert.match(await li.page.title(), /^错误：/);
  await holds(li);
  await li.page.getByLabel('缺的先空着，照样开具').check();
  await press(li, '开具证明');
  const paper = await main(li);
  for (const said of [title, '一、志愿者', '二、服务情况', '三、记录单位', '四、编号与说明', '补录', '1 小时']) assert.ok(paper.includes(said), said);
  const [number] = paper.match(/\d+-\d+志服证〔\d{4}〕\d{4}号/);
  const [code] = paper.match(/[0-9A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{3}/);
  await li.shot('j3-certificate');
  await holds(li, ['prints'], { pages: 2 });
  const printed = await scan(li.page.locator('main svg.qr'));
  assert.ok(printed.replaceAll('-', '').endsWith(`/verify/${code.replaceAll('-', '')}`), printed);

  // Whoever holds the paper.
  const holder = await visit(VISITOR, { width: 360, js: false });
  await holder.open('/verify');
  await holds(holder);
  await holder.page.getByLabel('查验码').fill(code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
  await press(holder, '查验');
  assert.match(await main(holder), /抄错了/);
  await holds(holder);
  await holder.page.getByLabel('查验码').fill(code.toLowerCase());
  await press(holder, '查验');
  const says = await main(holder);
  assert.ok(says.includes(number) && /这份证明有效/.test(says), says);
  assert.ok(!says.includes(title), 'what was done stands on the paper alone');
  await holds(holder);
  await holder.shot('j3-verified');

  const desk = await visit('community_worker', { width: 1366, js: false });
  await desk.open('/desk/certificates');
  await holds(desk);
  await desk.shot('j3-certificates-desk');
  await follow(desk, number);
  await press(desk, '撤销这份证明');
  assert.match(await desk.page.title(), /^错误：/);
  await holds(desk);
  await desk.page.getByLabel('其中的服务记录有误或作废').check();
  await desk.page.getByLabel('说明').fill('核实后时长不符');
  await press(desk, '撤销这份证明');
  assert.match(await main(desk), /已撤销/);
  await desk.leave();

  await holder.page.reload();
  assert.match(await main(holder), /这份证明已撤销/);
  assert.match(await main(holder), /其中的服务记录有误或作废/);
  assert.doesNotMatch(await main(holder), /核实后时长不符/);
  await holds(holder);
  await holder.leave();
  await li.open('/me/certificates');
  await follow(li, `${number}为什么撤销了`);
  assert.match(await main(li), /核实后时长不符/);
  await holds(li);
  await li.leave();
});

test('in English, and on a small screen for elders', async () => {
  const holder = await visit(VISITOR, { width: 320, lang: 'en', size: 'large' });
  await holder.open('/verify');
  await holds(holder);
  await holder.leave();
  const li = await visit('volunteer', { width: 320, lang: 'en', size: 'large' });
  await li.open('/me/certificates');
  await holds(li);
  await li.leave();
});
