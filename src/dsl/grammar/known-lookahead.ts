// Which alternative comes next, from a table. Chevrotain works it out by running every rule of the grammar once to record
// it, 25 ms at each start and a good part of what checking a policy takes. The answers change only with the grammar, so
// they are kept in `known-choices.ts`, which a test holds to the grammar.

import {
  Alternation,
  type ILookaheadStrategy,
  type IProduction,
  type IToken,
  LLkLookaheadStrategy,
  type LookaheadProductionType,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Rule,
  type TokenType,
} from 'chevrotain';
import { Comma, findKeyword, VOCABULARY } from '../tokens.ts';
import { KNOWN_CHOICES } from './known-choices.ts';

type AskAlternation = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type AskOptional = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/** What a look at the next tokens needs of a parser. */
interface Ahead {
  LA_FAST(howMuch: number): IToken;
}

/** Chevrotain's lookahead of two tokens, read from the table when a rule first asks. */
export class KnownLookahead extends LLkLookaheadStrategy implements ILookaheadStrategy {
  override buildLookaheadForAlternation({ rule, prodOccurrence }: AskAlternation) {
    let decide: Decision | undefined;
    return function look(this: Ahead): number | undefined {
      decide ??= readDecision(rule.name, 'Alternation', prodOccurrence);
      const alternative = decide(this);
      return alternative === NONE ? undefined : alternative;
    };
  }

  override buildLookaheadForOptional({ rule, prodType, prodOccurrence }: AskOptional) {
    let decide: Decision | undefined;
    return function look(this: Ahead): boolean {
      decide ??= readDecision(rule.name, prodType, prodOccurrence);
      return decide(this) !== NONE;
    };
  }
}

/**
 * Makes `performSelfAnalysis` take the choices of the table instead of recording the rules: they are all that a parser
 * without recovery needs of them until it meets a mistake.
 */
export function skipRecording(parser: object): void {
  Object.assign(parser, {
    ...{ definedRulesNames: [], gastProductionsCache: outlines() },
    ...{ enableRecording: () => undefined, disableRecording: () => undefined },
  });
}

/** Every rule with its choices and nothing in them. */
function outlines(): Readonly<Record<string, Rule>> {
  const rules: Record<string, Rule> = {};
  for (const [name, choices] of Object.entries(KNOWN_CHOICES)) {
    rules[name] = new Rule({ name, definition: Object.keys(choices).map(outline) });
  }
  return rules;
}

function outline(key: string): IProduction {
  const [kind = '', occurrence] = key.split(' ');
  const place = { idx: Number(occurrence), definition: [] };
  if (kind === 'Alternation') return new Alternation(place);
  if (kind === 'Option') return new Option(place);
  if (kind === 'Repetition') return new Repetition(place);
  if (kind === 'RepetitionMandatory') return new RepetitionMandatory(place);
  if (kind === 'RepetitionWithSeparator') return new RepetitionWithSeparator({ ...place, separator: Comma });
  return new RepetitionMandatoryWithSeparator({ ...place, separator: Comma });
}

/** The tokens that the alternatives of a rule can start with. */
export function startsOf(rule: string): ReadonlySet<TokenType> {
  return new Set(pathsOf(rule, 'Alternation', 0).flatMap((paths) => paths.flatMap((path) => path.slice(0, 1))));
}

/** The alternative that the next tokens belong to, or `NONE`. */
type Decision = (parser: Ahead) => number;

const NONE = -1;
/** Below this a number says where the second token is looked up. */
const SECOND = -2;

/** More than any token type's number. */
const TYPES = 1 + Math.max(...VOCABULARY.map(({ tokenTypeIdx = 0 }) => tokenTypeIdx));

type Paths = readonly (readonly TokenType[])[];

function readDecision(rule: string, kind: LookaheadProductionType, occurrence: number): Decision {
  const alternatives = pathsOf(rule, kind, occurrence);
  const first = new Int16Array(TYPES).fill(NONE);
  const seconds: Int16Array[] = [];
  // The first alternative that fits is the one, so that each only fills what those before it have left.
  alternatives.forEach((paths, alternative) => {
    for (const [one, two] of paths) {
      for (const type of numbersOf(one)) fill(first, type, alternative, two, seconds);
    }
  });
  if (seconds.length === 0) return (parser) => first[parser.LA_FAST(1).tokenTypeIdx] ?? NONE;
  return (parser) => {
    const found = first[parser.LA_FAST(1).tokenTypeIdx] ?? NONE;
    return found > SECOND ? found : (seconds[SECOND - found]?.[parser.LA_FAST(2).tokenTypeIdx] ?? NONE);
  };
}

/** Notes the alternative under one first token, for every second token or for one. */
function fill(
  first: Int16Array,
  type: number,
  alternative: number,
  two: TokenType | undefined,
  seconds: Int16Array[],
): void {
  const found = first[type] ?? NONE;
  if (found >= 0) return;
  const known = found > SECOND ? undefined : seconds[SECOND - found];
  if (two === undefined && known === undefined) {
    first[type] = alternative;
    return;
  }
  const table = known ?? new Int16Array(TYPES).fill(NONE);
  if (known === undefined) first[type] = SECOND - (seconds.push(table) - 1);
  for (const next of two === undefined ? table.keys() : numbersOf(two)) {
    if (table[next] === NONE) table[next] = alternative;
  }
}

/** The number of a token type, and of those that are of this category. */
function numbersOf(type: TokenType | undefined): readonly number[] {
  return type === undefined ? [] : [type.tokenTypeIdx ?? 0, ...(type.categoryMatches ?? [])];
}

function pathsOf(rule: string, kind: LookaheadProductionType, occurrence: number): readonly Paths[] {
  const text = KNOWN_CHOICES[rule]?.[`${kind} ${occurrence}`];
  if (text === undefined) throw new Error(`the table of choices has no ${kind} ${occurrence} of \`${rule}\``);
  return text.split(' | ').map((paths) => paths.split(', ').map((path) => path.split(' ').map(typeNamed)));
}

function typeNamed(name: string): TokenType {
  const type = findKeyword(name) ?? VOCABULARY.find((each) => each.name === name);
  if (type === undefined) throw new Error(`the table of choices names no token: ${name}`);
  return type;
}
