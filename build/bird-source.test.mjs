import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseVersion, pinnedVersion } from './bird-source.mjs';

const listing = (...versions) => versions.map((version) => `Package: bird2\nVersion: ${version}\n`).join('\n');

test('takes the pinned version of BIRD whatever else there is', () => {
  assert.equal(chooseVersion(listing('2.17.9-1', pinnedVersion)), pinnedVersion);
});

test('takes the newest version of the same branch when the pinned one is gone, with a warning', (context) => {
  const write = context.mock.method(process.stdout, 'write', () => true);
  const chosen = chooseVersion(listing('2.17.9-1', '2.17.10-0+deb13u1', '2.18.1-1'));
  const printed = write.mock.calls.map(({ arguments: [text] }) => text).join('');
  write.mock.restore();
  assert.equal(chosen, '2.17.10-0+deb13u1');
  assert.match(printed, /^warning: bird2 .* is gone from the Debian mirror, building 2\.17\.10-0\+deb13u1 instead\n$/);
});

test('refuses a mirror without the branch and says what else can be done', () => {
  assert.throws(() => chooseVersion(listing('2.0.12-7')), /\(found: 2\.0\.12-7\).*BELLBIRD_BIRD_SOURCE/s);
});
