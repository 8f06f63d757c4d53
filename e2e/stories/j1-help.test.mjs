// J1: a resident asks for help, follows it up, and says how it was.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { api, choose, enter, follow, HOME, need, press, tabTo } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

// A form of an earlier story that was left half way is thrown away.
async function afresh(visitor) {
  await visitor.open('/help');
  const discard = visitor.page.getByRole('button', { name: /^(不要了|Throw away)$/ });
  while (await discard.count()) await Promise.all([visitor.page.waitForNavigation(), discard.first().click()]);
  await visitor.open('/help');
}

test('without JavaScript: tile, who, what, where, check, receipt; sent twice it is one; taken back', async () => {
  const zhang = await visit('resident', { width: 360, js: false });
  await afresh(zhang);
  await holds(zhang);
  await follow(zhang, '陪诊');
  await zhang.page.getByLabel('自己').check();
  await holds(zhang);
  await zhang.shot('j1-who');
  await press(zhang, '继续');

  await zhang.page.getByLabel('出了什么事').fill('明天上午去县医院复查，走路不便');
  await zhang.page.getByLabel('今天', { exact: true }).check();
  await holds(zhang);
  await zhang.shot('j1-what');
  await press(zhang, '继续');

  assert.equal(await zhang.page.getByLabel('村或社区').inputValue(), HOME.name, 'one’s own place is there already');
  await zhang.page.getByLabel('楼栋或门牌').fill('3 号楼 2 单元 401');
  await holds(zhang);
  await zhang.shot('j1-where');
  await press(zhang, '继续');

  assert.match(await main(zhang), /明天上午去县医院复查/);
  await holds(zhang);
  await zhang.shot('j1-check');
  await press(zhang, '提交');
  const receipt = new URL(zhang.page.url()).pathname;
  assert.match(receipt, /^\/help\/[0-9A-Z-]+$/);
  for (const words of ['编号', '接下来', '社工正在看', '撤回']) assert.ok((await main(zhang)).includes(words), words);
  await holds(zhang);
  await zhang.shot('j1-receipt');

  // Back, and sent once more: the same receipt.
  await zhang.page.goBack();
  if (await zhang.page.getByRole('button', { name: '提交' }).count()) {
    await press(zhang, '提交');
    assert.equal(new URL(zhang.page.url()).pathname, receipt);
  }

  // A stranger with the code sees how far it is, and nothing else.
  const stranger = await visit('visitor', { width: 360, js: false });
  await stranger.open(receipt.replace('/help/', '/t/'));
  assert.match(await main(stranger), /社工正在看/);
  assert.doesNotMatch(await main(stranger), /复查|401/);
  await holds(stranger);
  await stranger.leave();

  await zhang.open(receipt);
  await follow(zhang, '撤回');
  await holds(zhang);
  await press(zhang, '撤回');
  assert.match(await main(zhang), /您撤回了/);
  await zhang.leave();
});

test('by keyboard alone, in the elder edition, on a narrow phone', async () => {
  const zhang = await visit('resident', { width: 320, size: 'large' });
  await afresh(zhang);
  await holds(zhang);
  await zhang.shot('j1-tiles');
  await tabTo(zhang, '跑腿代买');
  await enter(zhang);
  await holds(zhang);
  await choose(zhang, '自己');
  await enter(zhang);
  await tabTo(zhang, '出了什么事');
  await zhang.page.keyboard.insertText('想请人买一袋面');
  await choose(zhang, '现在就要');
  await tabTo(zhang, '继续');
  await enter(zhang);
  await holds(zhang);
  await tabTo(zhang, '继续');
  await enter(zhang);
  await holds(zhang);
  await tabTo(zhang, '提交');
  await enter(zhang);
  assert.match(await main(zhang), /编号/);
  await holds(zhang);
  await zhang.shot('j1-receipt');
  await tabTo(zhang, '撤回');
  await enter(zhang);
  await tabTo(zhang, '撤回');
  await enter(zhang);
  assert.match(await main(zhang), /您撤回了/);
  await zhang.leave();
});

test('what is wrong is said on top and at the field; what was typed is kept until it is thrown away', async () => {
  const zhang = await visit('resident', { width: 360 });
  await afresh(zhang);
  await follow(zhang, '照护陪伴');
  await press(zhang, '继续');
  assert.match(await zhang.page.title(), /^错误：/);
  assert.equal(await zhang.page.evaluate(() => document.activeElement?.id), 'errors', 'the summary has the focus');
  await holds(zhang);
  await zhang.shot('j1-error');
  const first = zhang.page.locator('.errors a').first();
  const said = await first.innerText();
  await first.click();
  assert.equal(await zhang.page.evaluate(() => document.activeElement?.name), 'relation');
  assert.ok((await zhang.page.locator('#relation-error').innerText()).includes(said.trim()), 'the same words at the field');
  await zhang.page.getByLabel('自己').check();
  await press(zhang, '继续');
  const long = '长'.repeat(301);
  await zhang.page.getByLabel('出了什么事').fill(long);
  await press(zhang, '继续');
  assert.equal(await zhang.page.getByLabel('出了什么事').inputValue(), long);

  // Another day, on another phone.
  const later = await visit('resident', { width: 360, js: false });
  await later.open('/');
  assert.match(await main(later), /您有一份没填完的：照护陪伴/);
  await holds(later);
  await later.shot('j1-draft');
  await follow(later, '接着填');
  assert.ok(await later.page.getByLabel('自己').isChecked());
  await later.open('/');
  await press(later, '不要了');
  await later.open('/');
  assert.doesNotMatch(await main(later), /没填完的/);
  await later.leave();
  await zhang.leave();
});

test('in English', async () => {
  const zhang = await visit('resident', { width: 360, lang: 'en' });
  await afresh(zhang);
  await holds(zhang);
  await follow(zhang, 'Errands and shopping');
  await zhang.page.getByLabel('A neighbour').check();
  await zhang.page.getByLabel('Their name').fill('Liu');
  await zhang.page.getByLabel('Not sure').check();
  await holds(zhang);
  await press(zhang, 'Continue');
  await zhang.page.getByLabel('What has happened?').fill('Needs somebody to fetch medicine');
  await zhang.page.getByLabel('Right now').check();
  await holds(zhang);
  await press(zhang, 'Continue');
  await holds(zhang);
  await zhang.page.getByLabel('Building or house').fill('Building 3, door 402');
  await press(zhang, 'Continue');
  await holds(zhang);
  await zhang.shot('j1-check');
  await press(zhang, 'Submit');
  assert.match(await main(zhang), /A social worker is looking at it/);
  await holds(zhang);
  await zhang.shot('j1-receipt');
  await follow(zhang, /withdraw|take/i);
  await holds(zhang);
  await zhang.leave();
});

test('answered and not content: rated low, it is opened again', async () => {
  const asked = await need();
  await api('social_worker', `${asked.path}/closure`, { outcome: 'answered', type: 'hospital', way: 'phone', result: '电话里说了怎么挂号' });
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open(`/help/${asked.code}`);
  await holds(zhang);
  await zhang.shot('j1-closed');
  await zhang.page.getByLabel('哪里没有解决？').fill('电话里没有说清楚到哪里挂号');
  await press(zhang, '我不满意，请再办');
  assert.match(await main(zhang), /已经重新打开/);
  await holds(zhang);
  await zhang.leave();
});
