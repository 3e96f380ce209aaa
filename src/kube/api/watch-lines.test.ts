import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import { createLineSplitter, readWatchEvent } from './watch-lines.ts';

test('puts lines together from pieces of any size', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 30 }), (values, size) => {
      const expected = values.map((value) => JSON.stringify(value));
      const bytes = Buffer.from(expected.map((line) => `${line}\n`).join(''));
      const splitter = createLineSplitter();
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        splitter.write(bytes.subarray(at, at + size), (line) => lines.push(line));
      }
      assert.deepEqual(lines, expected);
    }),
  );
});

test('keeps what follows the last line feed until the rest is there', () => {
  const splitter = createLineSplitter();
  const lines: string[] = [];
  splitter.write(Buffer.from('one\n\ntw'), (line) => lines.push(line));
  assert.deepEqual(lines, ['one']);
  splitter.write(Buffer.from('o\n'), (line) => lines.push(line));
  assert.deepEqual(lines, ['one', 'two']);
});

test('does not let a line that never ends fill the memory', () => {
  const splitter = createLineSplitter();
  const chunk = Buffer.alloc(8 * 1024 * 1024, 'x');
  const endless = () => {
    for (let count = 0; count < 6; count++) splitter.write(chunk, () => {});
  };
  assert.throws(endless, (error) => error instanceof ApiError && error.failure === 'broken');
});

test('reads each type of event', () => {
  const object = { kind: 'Service', metadata: { resourceVersion: '12' } };
  const rows = [
    ['ADDED', { kind: 'upserted', version: '12', value: object }],
    ['MODIFIED', { kind: 'upserted', version: '12', value: object }],
    ['DELETED', { kind: 'deleted', version: '12', value: object }],
    ['BOOKMARK', { kind: 'bookmark', version: '12' }],
    ['SOMETHING-NEW', undefined],
  ] as const;
  for (const [type, expected] of rows) assert.deepEqual(readWatchEvent(JSON.stringify({ type, object })), expected);
});

test('throws what an ERROR event says', () => {
  const line = '{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version: 1 (2)"}}';
  assert.throws(
    () => readWatchEvent(line),
    (error) =>
      error instanceof ApiError &&
      error.failure === 'gone' &&
      error.message === 'HTTP 410: too old resource version: 1 (2)',
  );
});

test('refuses lines that are no events', () => {
  for (const line of ['x', '[]', 'null', '{"type":"ADDED"}', '{"type":"ADDED","object":{"metadata":{}}}']) {
    assert.throws(
      () => readWatchEvent(line),
      (error) => error instanceof ApiError && error.failure === 'broken',
      line,
    );
  }
});
