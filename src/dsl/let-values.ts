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
  /** The one type of all of them. */
  typeOf(statement: Let): LetType | 'mixed' | undefined;
  /** The literals a name stands for, or none if it is unknown or of another type. */
  ofType(use: NameUse, expected: LetType): readonly Literal[];
}

/** What a `let` or one of its values stands for, and how many names stand in between. */
interface Expanded {
  readonly literals: readonly Literal[];
  readonly depth: number;
  /** The type of all literals. */
  readonly type: LetType | 'mixed' | undefined;
}

type Part = Pick<Expanded, 'literals' | 'depth'>;

const NOTHING: Part = { literals: [], depth: 0 };

/** Names may stand for names so many times. */
const MAX_DEPTH = 64;
const TOO_DEEP_HELP = 'write the values themselves';

/** Creates the expander. `used` is told every name that was looked up. */
export function createLetValues(scope: Scope, report: Report, used: (statement: Let) => void): LetValues {
  const expanded = new Map<Let, Expanded>();
  const expanding = new Set<Let>();

  function expand(statement: Let): Expanded {
    const known = expanded.get(statement);
    if (known !== undefined) return known;
    const { literals, depth } = isPlain(statement.values)
      ? { literals: statement.values, depth: 0 }
      : expandNames(statement);
    const result = { literals, depth, type: commonType(literals) };
    expanded.set(statement, result);
    return result;
  }

  function expandNames(statement: Let): Part {
    expanding.add(statement);
    const values = statement.values.map(expandValue);
    expanding.delete(statement);
    const depth = values.reduce((deepest, value) => Math.max(deepest, value.depth), 0);
    return { literals: values.flatMap((value) => value.literals), depth };
  }

  function expandValue(value: Value): Part {
    if (value.kind !== 'ref') return { literals: [value], depth: 0 };
    const target = scope.lets.get(value.text) ?? reportUnknown(value, scope.lets, report);
    if (target === undefined) return NOTHING;
    used(target);
    if (expanding.has(target)) {
      report(value.span, messages['let-cycle']({ name: target.name.text }));
      return NOTHING;
    }
    // What is expanding already is as deep in the stack; what is expanded says how deep it is, whatever came first.
    const depth = expanding.size >= MAX_DEPTH ? MAX_DEPTH : expand(target).depth + 1;
    if (depth < MAX_DEPTH) return { literals: expand(target).literals, depth };
    report(value.span, messages['nesting-too-deep']({ what: 'names of names', max: MAX_DEPTH, help: TOO_DEEP_HELP }));
    return NOTHING;
  }

  /** What could have been meant where nothing has the name. */
  function letsOfType(expected: LetType): Scope['lets'] {
    return new Map([...scope.lets].filter(([, each]) => expand(each).type === expected));
  }

  function ofType(use: NameUse, expected: LetType): readonly Literal[] {
    const target = scope.lets.get(use.text) ?? reportUnknown(use, letsOfType(expected), report, expected);
    if (target === undefined) return [];
    used(target);
    const { literals, type } = expand(target);
    return type === expected ? literals : keepType(use, target, literals, expected, report);
  }

  return {
    literals: (statement) => expand(statement).literals,
    typeOf: (statement) => expand(statement).type,
    ofType,
  };
}

/** Most values are written without a name among them. */
function isPlain(values: readonly Value[]): values is readonly Literal[] {
  return values.every(({ kind }) => kind !== 'ref');
}

function commonType(literals: readonly Literal[]): LetType | 'mixed' | undefined {
  const [first] = literals;
  const type = first && typeOf(first);
  return literals.every((literal) => typeOf(literal) === type) ? type : 'mixed';
}

function reportUnknown(use: NameUse, lets: Scope['lets'], report: Report, expected?: LetType): Let | undefined {
  return lookUp(use, lets, 'unknown-value', report, expected === 'community' ? WELL_KNOWN_NAMES : []);
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
