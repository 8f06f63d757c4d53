// J2 at the end of a shift: what waits is left with a word to each, somebody else signs, and the sheet is printed.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { enter, follow, need, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('an urgent matter that nobody has needs somebody to watch it; left, signed, printed; without JavaScript', async () => {
  const asked = await need({ when: 'now', what: '老人摔倒了，起不来' });
  const zhou = await visit('social_worker', { width: 1366, js: false });
  await zhou.open('/desk/handover');
  await holds(zhou);
  await zhou.shot('j2-handover');
  await zhou.page.locator(`#note-${asked.code.replaceAll('-', '')}`).fill('已经联系家属，二十分钟到');
  await zhou.page.getByLabel('还要交代什么').fill('三号楼电梯今晚检修');
  await press(zhou, '交班');
  assert.match(await zhou.page.title(), /^错误：/, 'who watches the urgent one?');
  assert.equal(await zhou.page.getByLabel('还要交代什么').inputValue(), '三号楼电梯今晚检修');
  await holds(zhou);
  await zhou.page.getByLabel('紧急的事先由谁看着').selectOption({ index: 1 });
  await press(zhou, '交班');
  assert.match(await main(zhou), /已交班，等接班人签字/);
  await holds(zhou);

  // Whoever comes next signs, by keyboard alone.
  const liu = await visit('social_worker 2', { width: 360 });
  await liu.open('/desk/handover');
  await holds(liu);
  await tabTo(liu, '去看看');
  await enter(liu);
  assert.match(await main(liu), /三号楼电梯今晚检修/);
  assert.match(await main(liu), /已经联系家属/);
  await holds(liu);
  await liu.shot('j2-handover-one');
  await tabTo(liu, '我来接班');
  await enter(liu);
  assert.match(await main(liu), /已接班/);
  await holds(liu);
  await follow(liu, '打印交接班表');
  await holds(liu, ['axe', 'prints', 'words']);
  await liu.shot('j2-handover-sheet');
  await liu.leave();

  await zhou.open(`/desk/${asked.code}`);
  assert.match(await main(zhou), /已经联系家属，二十分钟到/);
  await zhou.leave();
});

test('left too early, it is taken back; in English', async () => {
  const liu = await visit('social_worker 2', { width: 360, lang: 'en' });
  await liu.open('/desk/handover');
  await holds(liu);
  const watch = liu.page.getByRole('combobox', { name: /sees to what is urgent/ });
  if (await watch.count()) await watch.selectOption({ index: 1 });
  await liu.page.locator('[name=words]').fill('Nothing special');
  await press(liu, 'Leave the desk');
  await holds(liu);
  await press(liu, 'Take it back');
  await holds(liu);
  await liu.leave();
});
