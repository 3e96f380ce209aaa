import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  birdCommunity,
  birdName,
  birdSymbol,
  comment,
  dynamicName,
  isQuotable,
  nameOfPeerProtocol,
  quoteExactly,
  quoteText,
  seconds,
} from './bird-syntax.ts';

test('names that need no quotes have none', () => {
  const table = [
    ['leaf1', 'peer_leaf1'],
    ['tor-a', "'peer_tor-a'"],
    ['calico.peer', "'peer_calico.peer'"],
    ['filter', 'peer_filter'],
    ["it's", "'peer_it:27:s'"],
    ['a:b', "'peer_a:3a:b'"],
    ['größe', "'peer_gr:f6::df:e'"],
  ] as const;
  for (const [name, expected] of table) assert.equal(birdSymbol('peer', name), expected);
});

test('a name comes back from the name of its protocol', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const protocol = birdName('peer', name);
      assert.ok(protocol.length <= 60 && /^[A-Za-z0-9_.:-]+$/.test(protocol), protocol);
      const back = nameOfPeerProtocol(protocol);
      assert.ok(back === name || back === undefined);
    }),
  );
  assert.equal(nameOfPeerProtocol('device1'), undefined);
  assert.equal(nameOfPeerProtocol(birdName('peer', 'x'.repeat(61))), undefined);
});

test('two names never become one', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '-', '_', '.', ':', '3', 'é', 'x'.repeat(30)), maxLength: 6 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(birdName('peer', a) === birdName('peer', b), a === b);
    }),
  );
});

test('free text cannot leave its string', () => {
  assert.equal(quoteText('rack "7"\nnext; }'), `"rack '7' next; }"`);
  assert.equal(quoteText('x'.repeat(999)).length, 258);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(quoteText(text), /^"[^"\n\r]*"$/);
    }),
  );
});

test('a password is written as it is, or not at all', () => {
  assert.equal(quoteExactly('open sesame'), '"open sesame"');
  for (const text of ['', 'a"b', 'a\nb', 'a\u0000b']) {
    assert.equal(isQuotable(text), false);
    assert.throws(() => quoteExactly(text));
  }
});

test('a comment stays on its line', () => {
  assert.equal(comment('peer a\nprotocol'), '# peer a protocol');
});

test('communities are written in the form of their kind', () => {
  assert.equal(birdCommunity({ kind: 'standard', high: 64512, low: 100 }), '(64512,100)');
  assert.equal(birdCommunity({ kind: 'large', global: 64512, local1: 1, local2: 2 }), '(64512,1,2)');
  assert.equal(birdCommunity({ kind: 'extended', type: 'rt', administrator: 64512, assigned: 3 }), '(rt,64512,3)');
});

test('durations are whole seconds, and at least one', () => {
  assert.deepEqual([0, 300, 1_499, 1_500, 30_000].map(seconds), [1, 1, 1, 2, 30]);
});

test('the sessions of a dynamic peer have its name, a number behind it, and room for that in BIRD', () => {
  assert.equal(dynamicName('racks'), 'dynamic_racks_');
  assert.equal(nameOfPeerProtocol('dynamic_racks_12'), 'racks');
  assert.equal(nameOfPeerProtocol(`${dynamicName('racks_1')}2`), 'racks_1');
  assert.equal(nameOfPeerProtocol(`${dynamicName('a%b')}1`), 'a%b');
  const long = 'x'.repeat(100);
  assert.ok(dynamicName(long).length <= 48);
  assert.notEqual(dynamicName(long), dynamicName(`${long}y`));
  assert.equal(nameOfPeerProtocol(`${dynamicName(long)}1`), undefined);
});
