// What the names of `let` statements stand for: literals, in order, with names inside replaced by theirs.

import type { Let, Literal, Ref, Value } from './ast.ts';
import { WELL_KNOWN_COMMUNITIES } from './community.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import { lookUp, type Scope } from './scope.ts';

/** The type of a `let`, in the words of the messages. */
export type LetType = 'number' | 'string' | 'prefix' | 'community';

/** A place that uses a name. */
export type NameUse = Pick<Ref, 'text' | 'span'>;

/** Expands names; each mistake is reported where the name is used. */
export interface LetValues {
  /** The literals a `let` stands for. */
  literals(statement: Let): readonly Literal[];
  /** The literals a name stands for, or none if it is unknown or of another type. */
  ofType(use: NameUse, expected: LetType): readonly Literal[];
}

/** Creates the expander. `used` is told every name that was looked up. */
export function createLetValues(scope: Scope, report: Report, used: (statement: Let) => void): LetValues {
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
    const target = findLet(value, scope, report);
    if (target === undefined) return [];
    used(target);
    if (!expanding.has(target)) return literals(target);
    report(value.span, messages['let-cycle']({ name: target.name.text }));
    return [];
  }

  function ofType(use: NameUse, expected: LetType): readonly Literal[] {
    const target = findLet(use, scope, report, expected);
    if (target === undefined) return [];
    used(target);
    return keepType(use, target, literals(target), expected, report);
  }

  return { literals, ofType };
}

function findLet(use: NameUse, scope: Scope, report: Report, expected?: LetType): Let | undefined {
  return lookUp(use, scope.lets, 'unknown-value', report, expected === 'community' ? WELL_KNOWN_NAMES : []);
}

const WELL_KNOWN_NAMES = Object.keys(WELL_KNOWN_COMMUNITIES);

/** The literals if all are of the type; another type is reported. */
function keepType(
  use: NameUse,
  target: Let,
  found: readonly Literal[],
  expected: LetType,
  report: Report,
): readonly Literal[] {
  const wrong = found.find((literal) => typeOf(literal) !== expected);
  if (wrong === undefined) return found;
  // Values of several types are a mistake of the `let`, reported there.
  if (new Set(found.map(typeOf)).size > 1) return found.filter((literal) => typeOf(literal) === expected);
  report(use.span, messages['wrong-type']({ expected, name: use.text, found: typeOf(wrong) ?? expected }), {
    also: [{ span: target.name.span, text: 'declared here' }],
  });
  return [];
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
