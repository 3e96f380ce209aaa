// Which words a rule of the grammar can start with, read from the parser itself, so that messages, completion and
// highlighting cannot drift from it.

import {
  Alternation,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  Rule,
  Terminal,
  type TokenType,
} from 'chevrotain';
import { recoveringParser } from './statements.ts';

const cache = new Map<string, readonly string[]>();

/** The keywords a rule can start with, sorted. */
export function firstWords(ruleName: string): readonly string[] {
  const known = cache.get(ruleName);
  if (known !== undefined) return known;
  const rule = recoveringParser().getGAstProductions()[ruleName];
  const words = rule === undefined ? [] : wordsOf(firstTokens(rule));
  cache.set(ruleName, words);
  return words;
}

function wordsOf(types: readonly TokenType[]): readonly string[] {
  const words = types.flatMap((type) => /^'(.+)'$/.exec(type.name)?.[1] ?? []);
  return [...new Set(words)].sort();
}

function firstTokens(production: IProduction): readonly TokenType[] {
  if (production instanceof Terminal) return [production.terminalType];
  if (production instanceof NonTerminal) return firstTokens(production.referencedRule);
  if (production instanceof Alternation) return production.definition.flatMap(firstTokens);
  return firstOfSequence(definitionOf(production));
}

/** Optional parts may be skipped, so what follows them can be first as well. */
function firstOfSequence(parts: readonly IProduction[]): readonly TokenType[] {
  const found: TokenType[] = [];
  for (const part of parts) {
    found.push(...firstTokens(part));
    if (!(part instanceof Option) && !(part instanceof Repetition)) break;
  }
  return found;
}

function definitionOf(production: IProduction): readonly IProduction[] {
  if (production instanceof Rule) return production.definition;
  return 'definition' in production && isProductions(production.definition) ? production.definition : [];
}

function isProductions(value: unknown): value is readonly IProduction[] {
  return Array.isArray(value);
}
