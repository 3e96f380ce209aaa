import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Address6 } from 'ip-address';
import { parseAddress6, renderAddress6 } from './address6.ts';

const anyNumber = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  // Runs of zero groups, where the canonical text has its difficulties.
  fc
    .array(fc.constantFrom(0n, 0n, 1n, 0xabcdn), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce<bigint>((value, group) => (value << 16n) | group, 0n)),
);

test('writes an address as the library does', () => {
  fc.assert(
    fc.property(anyNumber, (value) => {
      assert.equal(renderAddress6(value), Address6.fromBigInt(value).correctForm());
    }),
  );
});

test('reads what it writes, and the text without a gap', () => {
  fc.assert(
    fc.property(anyNumber, (value) => {
      assert.equal(parseAddress6(renderAddress6(value)), value);
      assert.equal(parseAddress6(Address6.fromBigInt(value).canonicalForm().toUpperCase()), value);
    }),
  );
});

test('reads an address exactly where the library does', () => {
  const anyText = fc.array(fc.constantFrom(':', ':', '::', '0', '1', 'f', 'A', 'g', '12', '1234', '2001:db8'), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(anyText, (parts) => {
      const text = parts.join('');
      assert.equal(parseAddress6(text), byLibrary(text), text);
    }),
    { numRuns: 2000 },
  );
});

function byLibrary(text: string): bigint | undefined {
  return text !== '' && Address6.isValid(text) ? new Address6(text).bigInt() : undefined;
}

test('refuses what is no IPv6 address', () => {
  const texts = ['', ':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::', '1:', ':1'];
  for (const text of texts) assert.equal(parseAddress6(text), undefined, text);
  assert.equal(parseAddress6('1:2:3:4:5:6:7::'), 0x0001_0002_0003_0004_0005_0006_0007_0000n);
});
