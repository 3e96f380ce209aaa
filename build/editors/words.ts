// The words and literals of the language sorted for highlighting, all taken from the tokens and the grammar: a word that
// is added there is coloured without anybody thinking of editors.

import { firstWords, termsFor, tokens } from '../../src/dsl/editor.ts';

/** Kinds of words, each with how an editor shows it. */
export interface Words {
  /** Words that start a statement. */
  readonly statements: readonly string[];
  /** Those of them that a name follows. */
  readonly declaring: readonly string[];
  /** Words that start a setting, an action or an item of a test. */
  readonly settings: readonly string[];
  /** Words that decide. */
  readonly verbs: readonly string[];
  /** Words between conditions. */
  readonly operators: readonly string[];
  /** Words that join the parts of a statement. */
  readonly clauses: readonly string[];
  /** What conditions ask about. */
  readonly fields: readonly string[];
  /** All other words: values with a fixed meaning. */
  readonly constants: readonly string[];
}

const SETTING_RULES = [
  ...['speakerSetting', 'rangeSetting', 'serviceSetting', 'peerSetting', 'guardSetting', 'testItem', 'action'],
];
const OPERATORS = ['and', 'or', 'not', 'in', 'matches', 'starts'];
const CLAUSES = [
  'where',
  'when',
  'used',
  'if',
  'then',
  'for',
  'except',
  'from',
  'to',
  'with',
  'within',
  'every',
  'no',
  'node',
];

/** Sorts every keyword into exactly one kind. */
export function sortWords(): Words {
  const left = new Set<string>([...tokens.RESERVED_WORDS, ...tokens.PLAIN_KEYWORDS]);
  const take = (wanted: readonly string[]): readonly string[] => wanted.filter((word) => left.delete(word)).sort();
  const statements = take(firstWords('statement'));
  return {
    statements,
    declaring: statements.filter((word) => ['let', 'range', 'filter', 'template', 'peer'].includes(word)),
    verbs: take([...firstWords('filterRule'), 'advertises', 'withholds']),
    operators: take(OPERATORS),
    clauses: take(CLAUSES),
    settings: take(SETTING_RULES.flatMap(firstWords)),
    fields: take((['node', 'service', 'route'] as const).flatMap(termsFor)),
    constants: [...left].sort(),
  };
}

/** A literal: its name and its regular expression, in the order the lexer tries them. */
export interface LiteralPattern {
  readonly name: string;
  readonly pattern: string;
}

const LITERALS = [
  ...[tokens.Prefix6, tokens.Address6, tokens.Prefix4, tokens.Address4],
  ...[tokens.ExtendedCommunity, tokens.LargeCommunity, tokens.StandardCommunity, tokens.Path, tokens.AsDot],
  ...[tokens.Duration, tokens.Percent, tokens.Integer, tokens.Length, tokens.AsNumber],
];

/** Characters that a literal or a word cannot begin behind. */
export const INSIDE_WORD = '[A-Za-z0-9_.:/%*-]';

/** The literals of the language, strings apart. */
export function literalPatterns(): readonly LiteralPattern[] {
  return LITERALS.map(({ name, PATTERN }) => {
    if (!(PATTERN instanceof RegExp)) throw new Error(`the literal ${name} has no pattern`);
    return { name, pattern: PATTERN.source };
  });
}
