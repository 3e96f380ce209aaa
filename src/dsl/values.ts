// Values in the text → plain values, with `let` names replaced by what they stand for. Every mistake is reported at the
// place that uses the value; a value that cannot be had is left out, so that callers go on with the rest.

import type { AddressValue, AsnValue, CommunityValue, Let, Literal, PrefixValue, Value } from './ast.ts';
import type { Community } from './community.ts';
import { createLetValues, type LetType, type LetValues, type NameUse } from './let-values.ts';
import { messages } from './messages.ts';
import { addressBits, type Family, makePrefix, type Prefix, parseAddress } from './prefix.ts';
import type { Report } from './report.ts';
import type { Scope } from './scope.ts';
import type { Span } from './span.ts';

/** A prefix and where the policy says it. */
export interface PlacedPrefix {
  readonly prefix: Prefix;
  readonly span: Span;
}

/** An address in canonical text. */
export interface Address {
  readonly family: Family;
  readonly text: string;
}

/** Evaluates values of one policy. Marks the names it uses. */
export interface Values {
  /** Looks the names among the values up, and reports those that stand for nothing of the type. */
  resolve(values: readonly Value[], type: LetType): void;
  prefixes(values: readonly PrefixValue[]): readonly PlacedPrefix[];
  /** The same without their places. */
  plainPrefixes(values: readonly PrefixValue[]): readonly Prefix[];
  communities(values: readonly CommunityValue[]): readonly Community[];
  asns(values: readonly AsnValue[]): readonly number[];
  asn(value: AsnValue): number | undefined;
  address(value: AddressValue): Address | undefined;
  /** Strings of a `let` by its name, for conditions; undefined if the name is unknown or of another type. */
  strings(use: NameUse): readonly string[] | undefined;
  /** The numbers of a `let` by its name. */
  numbers(use: NameUse): readonly number[] | undefined;
  /** The literals a `let` stands for, in order. */
  literals(statement: Let): readonly Literal[];
  /** The type of what a `let` stands for. */
  typeOf(statement: Let): LetType | 'mixed' | undefined;
}

const MAX_AS = 0xffff_ffff;

/** Creates the evaluator. `used` is told every name that a value needed. */
export function createValues(scope: Scope, report: Report, used: (statement: Let) => void): Values {
  const lets = createLetValues(scope, report, used);
  return {
    resolve: (values, type) => {
      values.forEach((value) => {
        if (value.kind === 'ref') lets.ofType(value, type);
      });
    },
    literals: lets.literals,
    typeOf: lets.typeOf,
    prefixes: (values) => collect(values, 'prefix', lets, toPlacedPrefix),
    plainPrefixes: (values) => collect(values, 'prefix', lets, toPrefix),
    communities: (values) => collect(values, 'community', lets, toCommunity),
    asns: (values) => collect(values, 'number', lets, (literal, span) => toAsn(literal, span, report)),
    asn: (value) => toAsn(single(value, 'number', lets, report), value.span, report),
    address: (value) => toAddress(single(value, 'prefix', lets, report), value, report),
    strings: (use) => stringsOf(lets.ofType(use, 'string')),
    numbers: (use) => numbersOf(lets.ofType(use, 'number')),
  };
}

/** What became of literals, and of those that names stand for; each is told the span to blame. */
function collect<T>(
  values: readonly Value[],
  type: LetType,
  lets: LetValues,
  convert: (literal: Literal, span: Span) => T | undefined,
): readonly T[] {
  const all: T[] = [];
  values.forEach((value) => {
    if (value.kind !== 'ref') pushDefined(all, convert(value, value.span));
    else lets.ofType(value, type).forEach((literal) => void pushDefined(all, convert(literal, value.span)));
  });
  return all;
}

function pushDefined<T>(into: T[], item: T | undefined): void {
  if (item !== undefined) into.push(item);
}

/** The one literal of a place that takes a single value. */
function single(value: Value, type: LetType, lets: LetValues, report: Report): Literal | undefined {
  if (value.kind !== 'ref') return value;
  const found = lets.ofType(value, type);
  if (found.length <= 1) return found[0];
  report(value.span, messages['expected-one-value']({ name: value.text, count: found.length }));
  return undefined;
}

function toAsn(literal: Literal | undefined, span: Span, report: Report): number | undefined {
  if (literal?.kind !== 'integer' && literal?.kind !== 'asn') return undefined;
  const { value } = literal;
  if (value === undefined || Number.isNaN(value)) return undefined;
  if (value >= 1 && value <= MAX_AS) return value;
  report(span, messages['as-out-of-range']({ text: String(value), dotted: false }));
  return undefined;
}

function toAddress(literal: Literal | undefined, value: AddressValue, report: Report): Address | undefined {
  if (literal?.kind === 'address') return literal.value;
  if (literal?.kind === 'prefix' && value.kind === 'ref') {
    report(value.span, messages['wrong-type']({ expected: 'address', name: value.text, found: 'prefix' }));
  }
  return undefined;
}

function toPlacedPrefix(literal: Literal, span: Span): PlacedPrefix | undefined {
  const prefix = toPrefix(literal);
  return prefix && { prefix, span };
}

function toPrefix(literal: Literal): Prefix | undefined {
  if (literal.kind === 'prefix') return literal.value;
  if (literal.kind !== 'address' || literal.value === undefined) return undefined;
  const { family, text } = literal.value;
  const value = parseAddress(text)?.value;
  return value === undefined ? undefined : makePrefix(family, value, addressBits(family));
}

function toCommunity(literal: Literal): Community | undefined {
  return literal.kind === 'community' ? literal.value : undefined;
}

function stringsOf(literals: readonly Literal[]): readonly string[] | undefined {
  const strings = literals.flatMap((literal) => (literal.kind === 'string' ? [literal.value] : []));
  return strings.length === 0 ? undefined : strings;
}

function numbersOf(literals: readonly Literal[]): readonly number[] | undefined {
  const numbers = literals.flatMap((literal) =>
    (literal.kind === 'integer' || literal.kind === 'asn') && literal.value !== undefined ? [literal.value] : [],
  );
  return numbers.length === 0 ? undefined : numbers;
}
