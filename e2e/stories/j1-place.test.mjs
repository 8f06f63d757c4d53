// Choosing a village or community by a list that narrows while one types: by finger, by keyboard alone, in the elder edition, in
// English, on a phone that has no script, and where the list cannot be had.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { enter, HOME, press, tabTo } from '../lib/story.mjs';
import { visit, VISITOR } from '../lib/visit.mjs';

// Nobody else's story types into the same forms meanwhile.
const WHO = 'resident 2';

// What was typed and not sent would be met by whoever opens the form next.
after(async () => {
  try {
    const zhang = await visit(WHO, { width: 360 });
    await throwAway(zhang);
    await zhang.leave();
  } finally {
    await closeBrowser();
  }
});

const place = (visitor) => visitor.page.getByLabel(/村或社区|village or community/);
const offered = (visitor) => visitor.page.getByRole('option');
const status = (visitor) => visitor.page.locator('.narrows [role=status]').innerText();

async function throwAway(visitor) {
  await visitor.open('/help');
  const discard = visitor.page.getByRole('button', { name: /^(不要了|Throw away)$/ });
  while (await discard.count()) await Promise.all([visitor.page.waitForNavigation(), discard.first().click()]);
}

// As far as the page that asks for the place.
async function where(visitor) {
  await throwAway(visitor);
  await visitor.open('/help/new/who?type=errands');
  await visitor.page.locator('input[name=relation][value=self]').check();
  await press(visitor, /继续|Continue/);
  await visitor.page.locator('textarea[name=what]').fill('想请人买一袋面');
  await visitor.page.locator('input[name=when][value=today]').check();
  await press(visitor, /继续|Continue/);
}

// Types as a person does, and waits for the list of just that.
async function types(visitor, text) {
  await place(visitor).fill('');
  const answer = visitor.page.waitForResponse((one) => one.url().endsWith(`/places/fitting?q=${encodeURIComponent(text)}`));
  await visitor.page.keyboard.insertText(text);
  await (await answer).finished();
  await visitor.page.waitForFunction(() => document.querySelector('.narrows [role=status]').textContent !== '');
}

// What the field says of itself to a screen reader.
function said(visitor) {
  return place(visitor).evaluate((field) => ({
    role: field.getAttribute('role'), open: field.getAttribute('aria-expanded'), list: document.getElementById(field.getAttribute('aria-controls'))?.getAttribute('role'),
    at: document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '', focus: document.activeElement === field,
  }));
}

test('by finger, on a narrow phone and in the elder edition: fewer with each word, one press, and the form sends it', async () => {
  for (const settings of [{}, { size: 'large' }]) {
    const zhang = await visit(WHO, { width: 320, ...settings });
    await where(zhang);
    assert.equal(await place(zhang).inputValue(), HOME.name, 'one’s own place is there already');
    assert.equal(await offered(zhang).count(), 0, 'and nothing opens by itself');
    await holds(zhang);
    await types(zhang, '社区');
    const many = await offered(zhang).count();
    assert.equal(many, 20);
    assert.match(await status(zhang), /多于 20 个/);
    await holds(zhang);
    await zhang.shot('j1-place-many');
    await types(zhang, '黄楼社区');
    const few = await offered(zhang).count();
    assert.ok(few > 0 && few < many, `${few} fit`);
    assert.match(await status(zhang), new RegExp(`符合的有 ${few} 个`));
    const least = settings.size ? 60 : 44;
    for (const box of await offered(zhang).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))) assert.ok(box >= least, `${box} px high`);
    await holds(zhang);
    await zhang.shot('j1-place-few');
    const chosen = (await offered(zhang).first().innerText()).trim();
    await offered(zhang).first().click();
    assert.equal(await place(zhang).inputValue(), chosen);
    assert.equal(await offered(zhang).count(), 0);
    await types(zhang, '没有这个村');
    assert.match(await status(zhang), /没有符合的/);
    await holds(zhang);
    await types(zhang, '黄楼');
    await offered(zhang).first().click();
    await zhang.page.locator('input[name=address]').fill('3 号楼');
    await press(zhang, '继续');
    assert.match(await zhang.page.locator('main').innerText(), /黄楼社区/);
    await zhang.leave();
  }
});

test('by keyboard alone: arrows, Enter, Escape; the focus stays in the field and the form is sent by nothing else', async () => {
  const zhang = await visit(WHO, { width: 360 });
  await where(zhang);
  const { keyboard } = zhang.page;
  const at = zhang.page.url();
  await tabTo(zhang, '村或社区');
  await types(zhang, '黄楼');
  assert.deepEqual(await said(zhang), { role: 'combobox', open: 'true', list: 'listbox', at: '', focus: true });
  const first = (await offered(zhang).first().innerText()).trim();
  await keyboard.press('ArrowDown');
  assert.deepEqual(await said(zhang), { role: 'combobox', open: 'true', list: 'listbox', at: first, focus: true });
  assert.equal(await zhang.page.locator('[role=option][aria-selected=true]').count(), 1);
  await holds(zhang);
  await zhang.shot('j1-place-keys');
  await keyboard.press('Escape');
  assert.equal((await said(zhang)).open, 'false');
  assert.equal(await place(zhang).inputValue(), '黄楼', 'what was typed stays');
  await keyboard.press('ArrowDown');
  await offered(zhang).first().waitFor();
  await keyboard.press('ArrowUp');
  const last = (await offered(zhang).last().innerText()).trim();
  assert.equal((await said(zhang)).at, last, 'up from the field is the last');
  await keyboard.press('Enter');
  assert.equal(zhang.page.url(), at, 'Enter chose, and sent nothing');
  assert.equal(await place(zhang).inputValue(), last);
  assert.deepEqual(await said(zhang), { role: 'combobox', open: 'false', list: 'listbox', at: '', focus: true });
  // With nothing typed the arrows offer what is near by.
  await place(zhang).fill('');
  await keyboard.press('ArrowDown');
  assert.ok(await offered(zhang).count() > 0);
  await keyboard.press('Escape');
  await types(zhang, '黄楼');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await tabTo(zhang, '继续');
  await enter(zhang);
  assert.match(await zhang.page.locator('main').innerText(), /黄楼社区/);
  await zhang.leave();
});

test('in English, and at the desk', async () => {
  const zhang = await visit(WHO, { width: 360, lang: 'en' });
  await where(zhang);
  await types(zhang, 'hl');
  assert.match(await status(zhang), /fit/);
  await holds(zhang);
  await zhang.leave();
  const call = await visit('call_taker', { width: 1366 });
  await call.open('/desk/call');
  await place(call).focus();
  await types(call, '黄楼社区');
  await holds(call);
  await call.shot('j1-place-call');
  await offered(call).first().click();
  assert.match(await place(call).inputValue(), /黄楼社区$/);
  await call.leave();
});

test('whoever is new chooses where they live; without JavaScript the field is a field', async () => {
  for (const js of [true, false]) {
    const phone = `1395${String(Date.now() % 10_000_000).padStart(7, '0')}`;
    const li = await visit(VISITOR, { width: 320, js });
    await li.open('/login');
    await li.send({ phone });
    await li.send({ code: await li.codeSentTo(phone) });
    await li.page.getByLabel('您的姓名').fill('新来的');
    if (js) {
      await place(li).focus();
      await types(li, '黄楼社区');
      await holds(li);
      await offered(li).first().click();
    } else {
      await place(li).fill(HOME.name);
      assert.equal(await li.page.locator('[role=combobox], [role=listbox]').count(), 0);
    }
    await press(li, '登记并进入');
    assert.doesNotMatch(await li.page.title(), /^错误/);
    await li.leave();
  }
});

test('where the list cannot be had, what is typed is sent', async () => {
  const zhang = await visit(WHO, { width: 360 });
  await where(zhang);
  await zhang.page.route('**/places/fitting*', (route) => route.abort());
  await place(zhang).fill(HOME.name);
  await zhang.page.waitForTimeout(600);
  assert.equal(await offered(zhang).count(), 0);
  await zhang.page.locator('input[name=address]').fill('3 号楼');
  await press(zhang, '继续');
  assert.match(await zhang.page.locator('main').innerText(), /黄楼社区/);
  await zhang.leave();
});
