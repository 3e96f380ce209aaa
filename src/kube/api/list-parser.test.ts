import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import { createListParser } from './list-parser.ts';

/** Items and surroundings of a text that comes in pieces of the given sizes, the last one repeated. */
function parse(text: string, sizes: readonly number[] = [64 * 1024]): { items: unknown[]; envelope: unknown } {
  const items: unknown[] = [];
  const parser = createListParser((item) => items.push(item));
  const bytes = Buffer.from(text);
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? bytes.length;
    parser.write(bytes.subarray(at, at + size));
    at += size;
  }
  return { items, envelope: parser.end() };
}

const isBroken = (error: unknown) => error instanceof ApiError && error.failure === 'broken';

test('hands on the items one by one, and what surrounds them at the end', () => {
  const text = '{"kind":"ServiceList","metadata":{"resourceVersion":"7"},"items":[{"a":1},{"b":[{"c":{}}]}]}';
  assert.deepEqual(parse(text), {
    items: [{ a: 1 }, { b: [{ c: {} }] }],
    envelope: { kind: 'ServiceList', metadata: { resourceVersion: '7' }, items: [] },
  });
});

test('takes the members of a list in any order, and lists elsewhere for what they are', () => {
  const text =
    '{ "remarks" : [ [1], "items", {"items":[{"x":1}]} ], "items" : [ {"a":"]}\\"{["} ] , "kind":"NodeList" }';
  const { items, envelope } = parse(text);
  assert.deepEqual(items, [{ a: ']}"{[' }]);
  assert.deepEqual(envelope, { remarks: [[1], 'items', { items: [{ x: 1 }] }], items: [], kind: 'NodeList' });
});

test('takes a list without items, and one whose items are null', () => {
  assert.deepEqual(parse('{"items":[]}'), { items: [], envelope: { items: [] } });
  assert.deepEqual(parse('{"items":null}'), { items: [], envelope: { items: null } });
});

test('reads any list in any pieces as JSON.parse reads the whole', () => {
  const item = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }));
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(item), fc.nat({ max: 3 }), sizes, (items, indent, pieces) => {
      const text = JSON.stringify({ kind: 'X', items, metadata: { items: 'no' } }, undefined, indent);
      const expected: unknown = JSON.parse(text);
      const parsed = parse(text, pieces);
      assert.deepEqual({ kind: 'X', items: parsed.items, metadata: { items: 'no' } }, expected);
      assert.deepEqual(parsed.envelope, { kind: 'X', items: [], metadata: { items: 'no' } });
    }),
  );
});

test('finds the end of an item even where the next one only seems to begin', () => {
  const text = fc.constantFrom('},{"metadata":{', '"},{"metadata":{', 'a');
  const plain = { noNullPrototype: true };
  const metadata = fc.record({ name: text }, plain);
  const item = fc.record({ metadata, templates: fc.array(fc.record({ metadata }, plain)) }, plain);
  fc.assert(
    fc.property(fc.array(item), fc.integer({ min: 1, max: 400 }), (items, size) => {
      assert.deepEqual(parse(JSON.stringify({ items }), [size]).items, items);
    }),
  );
});

test('refuses a body that was cut short, wherever that was', () => {
  const text = '{"kind":"X","items":[{"a":[1,2]},{"b":"c"}],"metadata":{}}';
  for (let length = 0; length < text.length; length++) {
    assert.throws(() => parse(text.slice(0, length)), isBroken, text.slice(0, length));
  }
});

test('refuses what is no list of objects', () => {
  const bodies = [
    '<html></html>',
    '{"items":[1]}',
    '{"items":["a"]}',
    '{"items":[[]]}',
    '{"items":[{]}',
    '{"items":[{"a":}]}',
  ];
  for (const body of bodies) assert.throws(() => parse(body), isBroken, body);
});

test('never throws anything but an ApiError, whatever comes', () => {
  const soup = fc.stringMatching(/^[{}[\]",:a\\ ]*$/).map((text) => `{"items":[${text}`);
  fc.assert(
    fc.property(fc.oneof(soup, fc.string()), (text) => {
      try {
        parse(text, [3]);
      } catch (error) {
        assert.ok(error instanceof ApiError, String(error));
      }
    }),
  );
});
