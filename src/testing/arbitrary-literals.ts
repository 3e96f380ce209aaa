// Random names and literals of the policy language as nodes of its tree. Every node has the same span: a place in no
// file, which the comparison of trees leaves out.

import fc from 'fast-check';
import type {
  AddressLiteral,
  AsnLiteral,
  CommunityLiteral,
  DurationLiteral,
  FromObject,
  IntegerLiteral,
  LengthLiteral,
  Name,
  PathLiteral,
  PercentLiteral,
  PrefixLiteral,
  Ref,
  StringLiteral,
  Value,
} from '../dsl/ast.ts';
import { WELL_KNOWN_COMMUNITIES } from '../dsl/community.ts';
import { addressBits, type Family, makePrefix, renderAddress } from '../dsl/prefix.ts';
import { createSourceFile } from '../dsl/source-file.ts';
import type { Span } from '../dsl/span.ts';

/** The span of every generated node. */
export const NOWHERE: Span = { source: createSourceFile('', ''), start: 0, end: 0 };

const here = fc.constant(NOWHERE);

/** Names as people choose them, and names that are keywords elsewhere. */
const PLAIN_NAMES = [
  'a',
  'tor-a',
  'Rack_7',
  'x1',
  'a-rather-long-name-for-a-thing',
  'range',
  'to',
  'as',
  'test',
  'node-1',
];

const anyNameText = fc.oneof(
  fc.constantFrom(...PLAIN_NAMES),
  // No word of the grammar starts with a `q`.
  fc.stringMatching(/^q[a-z0-9_-]{0,9}$/),
);

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'rack',
    'node-role.kubernetes.io/control-plane',
    '# no comment',
    'a "quoted" \\ text',
    '日本語',
    'a\tb\nc',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

export const anyName: fc.Arbitrary<Name> = fc.record({
  kind: fc.constant('name' as const),
  text: fc.oneof(anyNameText, fc.constant('AS64512')),
  span: here,
});

export const anyRef: fc.Arbitrary<Ref> = fc.oneof(
  fc.record({ kind: fc.constant('ref' as const), text: anyNameText, quoted: fc.constant(false), span: here }),
  fc.record({ kind: fc.constant('ref' as const), text: anyText, quoted: fc.constant(true), span: here }),
);

/** A reference without quotes, for where a string would be a string. */
const anyBareRef: fc.Arbitrary<Ref> = anyRef.filter(({ quoted }) => !quoted);

export const anyInteger: fc.Arbitrary<IntegerLiteral> = fc.record({
  kind: fc.constant('integer' as const),
  value: fc.oneof(fc.nat({ max: 20 }), fc.nat()),
  span: here,
});

export const anyString: fc.Arbitrary<StringLiteral> = fc.record({
  kind: fc.constant('string' as const),
  value: anyText,
  span: here,
});

const anyAsnLiteral: fc.Arbitrary<AsnLiteral> = fc.record({
  kind: fc.constant('asn' as const),
  value: fc.nat({ max: 0xffff_ffff }),
  span: here,
});

export const anyDuration: fc.Arbitrary<DurationLiteral> = fc.record({
  kind: fc.constant('duration' as const),
  value: fc
    .tuple(fc.nat({ max: 999 }), fc.constantFrom(1, 1000, 60_000, 3_600_000))
    .map(([count, unit]) => count * unit),
  span: here,
});

export const anyPercent: fc.Arbitrary<PercentLiteral> = fc.record({
  kind: fc.constant('percent' as const),
  value: fc.nat({ max: 100 }),
  span: here,
});

export const anyLength: fc.Arbitrary<LengthLiteral> = fc.record({
  kind: fc.constant('length' as const),
  value: fc.nat({ max: 128 }),
  span: here,
});

export const anyPath: fc.Arbitrary<PathLiteral> = fc.record({
  kind: fc.constant('path' as const),
  value: fc.oneof(
    fc.constantFrom('*/*', 'shop/checkout', 'kube-system/*', '1password/app', 'a*b/*c'),
    fc.stringMatching(/^[a-z0-9*][a-z0-9*-]{0,5}\/[a-z0-9*][a-z0-9*-]{0,5}$/),
  ),
  span: here,
});

/** An address of either family; the IPv4-mapped ones are no text of the language. */
const anyAddressValue: fc.Arbitrary<{ readonly family: Family; readonly value: bigint }> = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffffn }).map((value) => ({ family: 'ipv4' as const, value })),
  fc.bigInt({ min: 1n << 48n, max: (1n << 128n) - 1n }).map((value) => ({ family: 'ipv6' as const, value })),
  fc.nat({ max: 0xffff }).map((low) => ({ family: 'ipv6' as const, value: (0x2001_0db8n << 96n) + BigInt(low) })),
);

const anyAddressLiteral: fc.Arbitrary<AddressLiteral> = anyAddressValue.map(({ family, value }) => ({
  kind: 'address',
  value: { family, text: renderAddress(family, value) },
  span: NOWHERE,
}));

const anyPrefixLiteral: fc.Arbitrary<PrefixLiteral> = fc
  .tuple(anyAddressValue, fc.nat({ max: 128 }))
  .map(([{ family, value }, length]) => ({
    kind: 'prefix' as const,
    value: makePrefix(family, value, Math.min(length, addressBits(family))),
    span: NOWHERE,
  }))
  .filter(({ value }) => value.family === 'ipv4' || value.first >> 32n !== 0xffffn);

const half = fc.nat({ max: 0xffff });
const whole = fc.nat({ max: 0xffff_ffff });

const anyCommunityLiteral: fc.Arbitrary<CommunityLiteral> = fc
  .oneof(
    fc.constantFrom(...Object.values(WELL_KNOWN_COMMUNITIES)),
    fc.record({ kind: fc.constant('standard' as const), high: half, low: half }),
    fc.record({ kind: fc.constant('large' as const), global: whole, local1: whole, local2: whole }),
    fc.record({
      kind: fc.constant('extended' as const),
      type: fc.constantFrom('rt' as const, 'ro' as const, 'generic' as const),
      administrator: half,
      assigned: whole,
    }),
  )
  .map((value) => ({ kind: 'community', value, span: NOWHERE }));

export const anyAddress = fc.oneof(anyAddressLiteral, anyRef);
export const anyPrefix = fc.oneof(anyPrefixLiteral, anyPrefixLiteral, anyAddressLiteral, anyRef);
export const anyAsn = fc.oneof(anyInteger, anyAsnLiteral, anyRef);
export const anyCommunity = fc.oneof(anyCommunityLiteral, anyCommunityLiteral, anyRef);

/** A value of a `let`, where a string is a string and no reference. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  ...[anyInteger, anyAsnLiteral, anyString, anyAddressLiteral, anyPrefixLiteral, anyCommunityLiteral, anyBareRef],
);

export const anyFromObject: fc.Arbitrary<FromObject> = fc.record({
  kind: fc.constantFrom('label' as const, 'annotation' as const),
  key: anyString,
  span: here,
});

/** A list as long as a wide line, more often a short one. */
export function listOf<T>(item: fc.Arbitrary<T>, minLength = 1): fc.Arbitrary<readonly T[]> {
  return fc.array(item, { minLength, maxLength: 8, size: 'small' });
}

/** Something or nothing. */
export function maybe<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(item, { nil: undefined });
}
