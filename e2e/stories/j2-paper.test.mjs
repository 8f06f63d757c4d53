// J2 on paper: forms are printed blank and numbered, come back written on, and are typed in with the time on the paper.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { prints } from '../lib/checks/print.mjs';
import { account } from '../lib/demo.mjs';
import { scan } from '../lib/qr.mjs';
import { api, enter, follow, HOME, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

// The time here, some minutes ago, as somebody reads it off paper.
const local = (back) => new Date(Date.now() - back * 60_000 + 8 * 60 * 60_000).toISOString();

// A time of day as it is typed into the browser's field, which here asks for hours of twelve.
function clock(time) {
  const [hour, minute] = time.split(':');
  return `${String(Number(hour) % 12 || 12).padStart(2, '0')}${minute}${Number(hour) < 12 ? 'AM' : 'PM'}`;
}

async function printed(form) {
  const batch = await api('community_worker', '/paper/batches', { place: HOME.code, count: 3, ...form });
  return { ...batch, path: `/paper/${batch.number.replaceAll('-', '')}` };
}

test('a clerk prints forms, sheets and slips on A4; each has its number and leads to where it is entered', async () => {
  const clerk = await visit('community_worker', { width: 1366, js: false });
  await clerk.open('/paper');
  await holds(clerk);
  await clerk.shot('j2-paper-print');
  await clerk.page.getByLabel('隐患随手报登记表').check();
  await clerk.page.getByLabel('哪个村或社区？').fill(HOME.name);
  await clerk.page.getByLabel('印多少张').fill('5');
  await press(clerk, '给这一批编号');
  assert.match(await main(clerk), /第 5 张/);
  await holds(clerk);
  await clerk.shot('j2-paper-batch');
  await follow(clerk, '打开打印页');
  assert.deepEqual(await prints(clerk, { sheet: 'a4', pages: 2 }), [], 'five slips, four to a sheet');
  await clerk.shot('j2-paper-slips');
  for (const form of [{ sort: 'registration', kind: 'need' }, { sort: 'sign_in' }]) {
    const batch = await printed(form);
    await clerk.open(`${batch.path}/print`);
    assert.deepEqual(await prints(clerk, { sheet: 'a4', pages: 3 }), [], 'a sheet each');
    await clerk.shot(`j2-paper-${form.sort}`);
    const says = await scan(clerk.page.locator('svg.qr').first());
    assert.ok(says.endsWith(`/paper/form/${batch.items[0].serial.replaceAll('-', '')}`), says);
    await clerk.open(new URL(says).pathname);
    assert.match(clerk.page.url(), /\/entry\?serial=/);
    assert.ok((await clerk.page.locator('input[name$=serial]').first().inputValue()).includes(batch.items[0].serial));
  }
  await clerk.leave();
});

test('without JavaScript, on a phone: a row for each form, what is wrong said in its row, the rest entered', async () => {
  const batch = await printed({ sort: 'registration', kind: 'need' });
  const [first, second] = batch.items.map((form) => form.serial);
  const call = await visit('call_taker', { width: 360, js: false });
  await call.open(`${batch.path}/entry`);
  await holds(call);
  await call.shot('j2-paper-entry');
  const row = (number) => call.page.locator('fieldset.paper-row').nth(number - 1);
  const [day, time] = local(0).split('T');
  const fill = async (number, serial, what) => {
    await row(number).getByLabel('编号').fill(serial);
    await row(number).getByLabel('纸上的日期').fill(day);
    await row(number).getByLabel('纸上的时间').fill(time.slice(0, 5));
    await row(number).getByLabel('您需要什么帮助？').selectOption({ label: '跑腿代买' });
    await row(number).getByLabel('出了什么事？').fill(what);
    await row(number).getByLabel('需要什么时候？').selectOption({ label: '今天' });
  };
  await fill(1, first, '停电了，请人代买降压药');
  await fill(2, first, '电梯停了，请人取快递');
  assert.equal(await call.page.locator('fieldset.paper-row').count(), batch.items.length);
  await press(call, '检查全部');
  assert.match(await call.page.title(), /^错误：/);
  await holds(call);
  assert.match(await main(call), /第 2 份：这一份已经录入过了/);
  assert.equal(await row(2).getByLabel('出了什么事？').inputValue(), '电梯停了，请人取快递');
  await press(call, '录入 1 份');
  assert.match(await main(call), /剩下的请改好再录/);
  assert.equal(await row(1).getByLabel('出了什么事？').inputValue(), '');
  await row(2).getByLabel('编号').fill(second);
  await press(call, '检查全部');
  await press(call, '录入 1 份');
  assert.match(await main(call), /已录入/);
  assert.equal((await main(call)).match(/纸上时间/g).length, 2);
  await holds(call);
  await call.leave();
  const { items } = await api('community_worker', `/paper/batches/${batch.id}`);
  const matter = await api('social_worker', `/matters/${items[0].lines[0].became}`);
  assert.equal(matter.channel, 'paper');
  assert.ok(matter.occurred_at.startsWith(`${day}T${time.slice(0, 5)}`), matter.occurred_at);
});

test('what was entered from one form stands in no other, and what was not sent goes with its number', async () => {
  const batch = await printed({ sort: 'registration', kind: 'need' });
  const [first, second, third] = batch.items.map((form) => form.serial);
  const clerk = await visit('call_taker', { width: 1366 });
  const rows = clerk.page.locator('fieldset.paper-row');
  const said = () => clerk.page.getByLabel('出了什么事？').evaluateAll((fields) => fields.map((field) => field.value));
  const of = (serial) => rows.evaluateAll((all, serial) => all.map((row) => [
    row.querySelector('input[name$=serial]').value, row.querySelector('textarea').value,
  ]).find(([number]) => number === serial)?.[1], serial);
  const fill = async (number, serial, what, time) => {
    const row = rows.nth(number - 1);
    await row.getByLabel('编号').fill(serial);
    await row.getByLabel('纸上的日期').fill(local(0).slice(0, 10));
    await row.getByLabel('纸上的时间').fill(time);
    await row.getByLabel('您需要什么帮助？').selectOption({ label: '跑腿代买' });
    await row.getByLabel('出了什么事？').pressSequentially(what);
    await row.getByLabel('需要什么时候？').selectOption({ label: '今天' });
  };
  await clerk.open(`${batch.path}/entry`);
  await fill(1, first, '甲的话：给甲买米', local(0).slice(11, 16));
  // Midnight of today lies before this batch was printed.
  await fill(2, second, '乙的话：给乙取药', '00:00');
  await press(clerk, '检查全部');
  assert.match(await main(clerk), /第 2 份：/);
  await press(clerk, '录入 1 份');
  assert.match(await main(clerk), /剩下的请改好再录/);
  await holds(clerk);
  const left = async () => {
    assert.ok(!(await said()).includes('甲的话：给甲买米'), 'what was entered is in no other form');
    assert.equal(await of(second), '乙的话：给乙取药');
    assert.equal(await of(third), '');
  };
  await left();
  await clerk.page.reload();
  await left();
  await clerk.open(`${batch.path}/entry`);
  await left();
  // What is typed and not sent comes back into the row with its number, wherever that row is drawn.
  const blank = rows.filter({ has: clerk.page.locator(`input[value="${third}"]`) });
  await blank.getByLabel('出了什么事？').pressSequentially('丙的话：给丙修灯');
  await clerk.open(batch.path);
  await clerk.open(`${batch.path}/entry`);
  assert.equal(await of(third), '丙的话：给丙修灯');
  await clerk.leave();
});

test('by keyboard alone, at the desk: Enter checks and never enters', async () => {
  const batch = await printed({ sort: 'registration', kind: 'need' });
  const clerk = await visit('call_taker', { width: 1366 });
  await clerk.open(`${batch.path}/entry`);
  await holds(clerk);
  const { keyboard } = clerk.page;
  // A message of the summary has the name of its field too.
  const field = async (name) => {
    do await tabTo(clerk, name);
    while (await clerk.page.evaluate(() => document.activeElement.tagName === 'A'));
  };
  const second = async () => {
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
  };
  await field('编号');
  await keyboard.insertText(batch.items[0].serial);
  await field('来电号码');
  await keyboard.insertText((await account('resident')).phone);
  await field('纸上的时间');
  await keyboard.type(clock('00:00'));
  // Enter does the same in every field of the page; this is the next form's.
  await field('编号');
  await enter(clerk);
  assert.match(await main(clerk), /第 1 份/);
  assert.match(await clerk.page.title(), /^错误：/);
  await holds(clerk);
  await clerk.shot('j2-paper-desk');
  await field('您需要什么帮助');
  await second();
  await field('出了什么事');
  await keyboard.insertText('停电了，请人代买降压药');
  await field('需要什么时候');
  await second();
  await field('楼栋或门牌');
  await enter(clerk);
  // Midnight of today lies before this batch was printed.
  assert.match(await main(clerk), /早于这批表的印制时间/);
  await field('纸上的时间');
  await keyboard.type(clock(local(0).slice(11, 16)));
  await field('来电号码');
  await enter(clerk);
  await tabTo(clerk, '录入 1 份');
  await enter(clerk);
  assert.match(await main(clerk), /已录入/);
  await clerk.leave();
});

test('a sheet signed by hand is typed in line by line, and what is wrong is said in its line', async () => {
  const batch = await printed({ sort: 'sign_in' });
  const clerk = await visit('community_worker', { width: 1366, js: false });
  await clerk.open(`${batch.path}/entry?serial=${batch.items[0].serial.replaceAll('-', '')}`);
  await holds(clerk);
  await clerk.page.getByLabel('活动名称').fill('小区清扫');
  await clerk.page.getByLabel('做了什么').fill('清扫楼道');
  const line = clerk.page.locator('fieldset.paper-row').first();
  await line.getByLabel('姓名或手机号').fill((await account('volunteer')).phone);
  const [from, to] = [local(0), local(-20)].map((at) => at.slice(11, 16));
  await line.getByLabel('签到时间').fill(from);
  await line.getByLabel('签退时间').fill(to);
  await line.getByLabel('本人签了名').check();
  await press(clerk, '检查全部');
  assert.match(await main(clerk), /第 1 行：纸上的时间晚于现在/);
  await holds(clerk);
  await clerk.shot('j2-paper-sheet');
  assert.equal(await line.getByLabel('签退时间').inputValue(), to, 'what was typed stays');
  assert.ok(await line.getByLabel('本人签了名').isChecked());
  await press(clerk, '清空，不录了');
  assert.match(await main(clerk), /要清空已经填的 1 行吗/);
  await holds(clerk);
  await press(clerk, '清空');
  await clerk.leave();
});

test('in English, in the elder edition', async () => {
  const batch = await printed({ sort: 'sign_in' });
  const clerk = await visit('community_worker', { width: 1366, lang: 'en', size: 'large' });
  for (const path of ['/paper', batch.path, `${batch.path}/entry`]) {
    await clerk.open(path);
    await holds(clerk);
  }
  await clerk.leave();
});
