import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { decodeSecret, readKey, secretsOf } from './secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (members: object) => ({ kind: 'Secret', metadata: { namespace: 'bgp', name: 'fabric' }, ...members });
const ref = { namespace: 'bgp', name: 'fabric', key: 'tor' };

test('names each Secret of the policies once', () => {
  const policy = compilePolicy(`
speaker { as 64512 }
template t { as 64500 password secret bgp/fabric key "tor" }
peer a from t { address 192.0.2.1 }
peer b from t { address 192.0.2.2 password secret bgp/fabric key "other" }
peer c from t { address 192.0.2.3 password secret bgp/aisle key "tor" }
peer d from t { address 192.0.2.4 password off }
`);
  assert.deepEqual(secretsOf([policy, policy]), [
    { namespace: 'bgp', name: 'aisle' },
    { namespace: 'bgp', name: 'fabric' },
  ]);
});

test('reads data from base64, and plain text in its place', () => {
  const decoded = decodeSecret(
    secret({ data: { tor: base64('old'), other: base64('two') }, stringData: { tor: 'new' } }),
  );
  assert.deepEqual(decoded?.id, { namespace: 'bgp', name: 'fabric' });
  assert.deepEqual(readKey(ref, decoded?.values), { kind: 'found', text: 'new', trouble: undefined });
  assert.deepEqual(readKey({ ...ref, key: 'other' }, decoded?.values), {
    kind: 'found',
    text: 'two',
    trouble: undefined,
  });
});

test('says what is missing, without what is there', () => {
  const values = decodeSecret(secret({ data: { torr: base64('battery staple'), tor: '*', bytes: '/w==' } }))?.values;
  const message = (key: string) => JSON.stringify(readKey({ ...ref, key }, values));
  assert.match(message('other'), /the Secret bgp\/fabric has no key `other`/);
  assert.match(message('tor'), /no UTF-8 text in base64/);
  assert.match(message('bytes'), /no UTF-8 text in base64/);
  assert.deepEqual(readKey(ref, undefined), { kind: 'missing', message: 'the cluster has no Secret bgp/fabric' });
  assert.doesNotMatch(message('other'), /staple/);
});

test('takes a Secret without a namespace as one of `default`, and nothing without a name', () => {
  assert.deepEqual(decodeSecret({ kind: 'Secret', metadata: { name: 'a' } })?.id, { namespace: 'default', name: 'a' });
  assert.equal(decodeSecret({ kind: 'Secret', metadata: {} }), undefined);
});
