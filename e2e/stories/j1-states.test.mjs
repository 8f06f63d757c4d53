// From asking to the end, whoever looks reads on every page of one matter: a state in words, a time, and who answers for it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { account } from '../lib/demo.mjs';
import { api, HOME, task } from '../lib/story.mjs';
import { visit, VISITOR } from '../lib/visit.mjs';

after(closeBrowser);

const DAY = 24 * 60;
const TIME = /\d{1,2}:\d{2}|剩 \d/;

// Each page of the matter, for whom it is, and what must stand there beside a time.
async function everybodyReads(cut, says) {
  for (const [role, path, state, who] of says) {
    const reader = await visit(role, { width: 360, js: false });
    await reader.open(path);
    const text = await reader.page.locator('main').innerText();
    const place = `${role} ${path}: ${text}`;
    assert.ok(await reader.page.locator('main .tag').count() > 0, place);
    assert.match(text, state, place);
    assert.match(text, TIME, place);
    if (who) assert.ok(text.includes(who), `${who} is not named: ${place}`);
    await holds(reader);
    await reader.leave();
  }
}

test('new, then dispatched and accepted, then closed', async () => {
  const asked = await api('resident', '/matters', { kind: 'need', place: HOME.code,
    fields: { category: 'errands', what: '请人买药', when: 'today', address: '3 号楼', phone: '13800000001' } });
  const code = asked.code.split(' ').at(-1);
  await everybodyReads(code, [
    ['resident', `/help/${code}`, /社工正在看/, HOME.name],
    [VISITOR, `/t/${code}`, /社工正在看/],
    ['social_worker', `/desk/${code}`, /待研判/],
  ]);

  const cut = await task({ inMinutes: 18 * DAY });
  await api('social_worker', `${cut.path}/opening`, {});
  await api('volunteer 2', `${cut.path}/acceptance`, {});
  const [{ name: social }, { name: volunteer }] = [await account('social_worker'), await account('volunteer 2')];
  await everybodyReads(cut, [
    ['resident', `/help/${cut.matter.code}`, /已有人接单/, volunteer],
    ['social_worker', `/desk/${cut.matter.code}`, /办理中|待派/, social],
    ['volunteer 2', `/tasks/${cut.code}`, /您已接下/],
  ]);

  await api('social_worker', `/matters/${asked.id}/closure`, { outcome: 'answered', type: 'errands', way: 'phone', result: '电话里说好了' });
  await everybodyReads(code, [
    ['resident', `/help/${code}`, /办好了|答复|办结/],
    ['social_worker', `/desk/${code}`, /已办结|办结|待回访/],
  ]);
});
