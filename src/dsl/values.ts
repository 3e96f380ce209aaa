// Values in the text → plain values, with `let` names replaced by what they stand for. Every mistake is reported at the
// place that uses the value; a value that cannot be had is left out, so that callers go on with the rest.

import type { AddressValue, AsnValue, CommunityValue, Let, Literal, PrefixValue, Ref, Value } from './ast.ts';
import { type Community, WELL_KNOWN_COMMUNITIES } from './community.ts';
import { messages } from './messages.ts';
import { addressBits, type Family, makePrefix, type Prefix, parseAddress } from './prefix.ts';
import type { Report } from './report.ts';
import { lookUp, type Scope } from './scope.ts';
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
  prefixes(values: readonly PrefixValue[]): readonly PlacedPrefix[];
  communities(values: readonly CommunityValue[]): readonly Community[];
  asns(values: readonly AsnValue[]): readonly number[];
  asn(value: AsnValue): number | undefined;
  address(value: AddressValue): Address | undefined;
  /** Strings of a `let` by its name, for conditions; undefined if the name is unknown or of another type. */
  strings(ref: { readonly text: string; readonly span: Span }): readonly string[] | undefined;
  /** The numbers of a `let` by its name. */
  numbers(ref: { readonly text: string; readonly span: Span }): readonly number[] | undefined;
  /** The literals a `let` stands for, in order. */
  literals(statement: Let): readonly Literal[];
}

/** The type of a `let`, in the words of the messages. */
export type LetType = 'number' | 'string' | 'prefix' | 'community';

const MAX_AS = 0xffff_ffff;

/** Creates the evaluator. `used` is told every name that a value needed. */
export function createValues(scope: Scope, report: Report, used: (statement: Let) => void): Values {
  const expanded = new Map<Let, readonly Literal[]>();
  const expanding = new Set<Let>();

  function literals(statement: Let): readonly Literal[] {
    const known = expanded.get(statement);
    if (known !== undefined) return known;
    expanding.add(statement);
    const result = statement.values.flatMap(expandValue);
    expanding.delete(statement);
    expanded.set(statement, result);
    return result;
  }

  function expandValue(value: Value): readonly Literal[] {
    if (value.kind !== 'ref') return [value];
    const target = findLet(value);
    if (target === undefined) return [];
    if (!expanding.has(target)) return literals(target);
    report(value.span, messages['let-cycle']({ name: target.name.text }));
    return [];
  }

  function findLet(ref: NameUse, expected?: LetType): Let | undefined {
    const words = expected === 'community' ? Object.keys(WELL_KNOWN_COMMUNITIES) : [];
    const target = lookUp(ref, scope.lets, 'unknown-value', report, words);
    if (target !== undefined) used(target);
    return target;
  }

  /** The literals a reference stands for, if they are of the type. */
  function ofType(ref: { readonly text: string; readonly span: Span }, expected: LetType): readonly Literal[] {
    const target = findLet(ref, expected);
    if (target === undefined) return [];
    const found = literals(target);
    // Values of several types are a mistake of the `let`, reported there.
    if (new Set(found.map(typeOf)).size > 1) return found.filter((literal) => typeOf(literal) === expected);
    const wrong = found.find((literal) => typeOf(literal) !== expected);
    if (wrong === undefined) return found;
    const type = typeOf(wrong) ?? expected;
    report(ref.span, messages['wrong-type']({ expected: nameOf(expected), name: ref.text, found: nameOf(type) }), {
      also: [{ span: target.name.span, text: 'declared here' }],
    });
    return [];
  }

  /** Literals and what references stand for, each with the span to blame. */
  function flatten(values: readonly Value[], type: LetType): readonly (readonly [Literal, Span])[] {
    return values.flatMap((value): readonly (readonly [Literal, Span])[] =>
      value.kind === 'ref'
        ? ofType(value, type).map((literal) => [literal, value.span] as const)
        : [[value, value.span]],
    );
  }

  /** The one literal of a single value. */
  function single(value: Value, type: LetType): Literal | undefined {
    if (value.kind !== 'ref') return value;
    const found = ofType(value, type);
    if (found.length > 1) {
      report(value.span, messages['expected-one-value']({ name: value.text, count: found.length }));
      return undefined;
    }
    return found[0];
  }

  function asnOf(literal: Literal | undefined, span: Span): number | undefined {
    if (literal?.kind !== 'integer' && literal?.kind !== 'asn') return undefined;
    const { value } = literal;
    if (value === undefined || Number.isNaN(value)) return undefined;
    if (value >= 1 && value <= MAX_AS) return value;
    report(span, messages['as-out-of-range']({ text: String(value), dotted: false }));
    return undefined;
  }

  return {
    literals,
    prefixes: (values) => flatten(values, 'prefix').flatMap(([literal, span]) => toPrefix(literal, span)),
    communities: (values) => flatten(values, 'community').flatMap(([literal]) => toCommunity(literal)),
    asns: (values) =>
      flatten(values, 'number').flatMap(([literal, span]) => {
        const asn = asnOf(literal, span);
        return asn === undefined ? [] : [asn];
      }),
    asn: (value) => asnOf(single(value, 'number'), value.span),
    address(value) {
      const literal = single(value, 'prefix');
      if (literal?.kind === 'address') return literal.value;
      if (literal?.kind === 'prefix' && value.kind === 'ref') {
        report(value.span, messages['wrong-type']({ expected: 'address', name: value.text, found: 'prefix' }));
      }
      return undefined;
    },
    strings: (ref) => stringsOf(ofType(ref, 'string')),
    numbers: (ref) => numbersOf(ofType(ref, 'number')),
  };
}

/** The type of a literal; undefined for literals that no `let` may have. */
export function typeOf(literal: Literal): LetType | undefined {
  switch (literal.kind) {
    case 'integer':
    case 'asn':
      return 'number';
    case 'string':
    case 'community':
      return literal.kind;
    case 'prefix':
    case 'address':
      return 'prefix';
    case 'duration':
    case 'percent':
    case 'path':
    case 'length':
      return undefined;
  }
}

/** A reference to a name, without the parts only some references have. */
export type NameUse = Pick<Ref, 'text' | 'span'>;

function nameOf(type: LetType): string {
  return type === 'number' ? 'number' : type;
}

function toPrefix(literal: Literal, span: Span): readonly PlacedPrefix[] {
  if (literal.kind === 'prefix' && literal.value !== undefined) return [{ prefix: literal.value, span }];
  if (literal.kind !== 'address' || literal.value === undefined) return [];
  const { family, text } = literal.value;
  const value = parseAddress(text)?.value;
  return value === undefined ? [] : [{ prefix: makePrefix(family, value, addressBits(family)), span }];
}

function toCommunity(literal: Literal): readonly Community[] {
  return literal.kind === 'community' && literal.value !== undefined ? [literal.value] : [];
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
