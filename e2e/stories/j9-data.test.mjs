// J9: what is kept about me, a copy of it, and why I cannot be erased while something is open.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser } from '../lib/browser.mjs';
import { holds } from '../lib/checks/index.mjs';
import { follow, need } from '../lib/story.mjs';
import { visit } from '../lib/visit.mjs';

after(closeBrowser);

const main = (visitor) => visitor.page.locator('main').innerText();

test('a resident sees what is kept, takes it along, and is told what must be settled first; without JavaScript', async () => {
  await need({ what: '请人买药' });
  const zhang = await visit('resident', { width: 360, js: false });
  await zhang.open('/me/data');
  assert.match(await main(zhang), /存了什么，为什么[\s\S]*个人信息保护法第十三条/);
  await holds(zhang);
  await zhang.shot('j9-data');
  await zhang.open('/me/data/copy');
  assert.match(await main(zhang), /请人买药/);
  await zhang.shot('j9-copy');
  await zhang.open('/me/data');
  await follow(zhang, '注销并删除信息');
  assert.match(await main(zhang), /还不能删，先办完这些[\s\S]*没办完/);
  assert.equal(await zhang.page.locator('input[name=understood]').count(), 0);
  await holds(zhang);
  await zhang.shot('j9-erase');
  await zhang.leave();
});
