// What can stand behind a row of tokens, read from the parser's own grammar: completion offers nothing else. All ways to
// read the tokens are followed at once, so a long statement costs time in proportion to its length and no stack.

import {
  Alternation,
  Alternative,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Rule,
  Terminal,
  type TokenType,
  tokenMatcher,
} from 'chevrotain';
import { recoveringParser } from './statements.ts';

/** One thing that can come next. */
export interface NextToken {
  readonly type: TokenType;
  /** The grammar rules it stands in, outermost first. */
  readonly rules: readonly string[];
}

/** What can follow `tokens` where the rule is read over and over; empty if the tokens are none of the rule's. */
export function nextTokens(ruleName: string, tokens: readonly IToken[]): readonly NextToken[] {
  const rule = recoveringParser().getGAstProductions()[ruleName];
  if (rule === undefined) return [];
  let places = expand([{ kind: 'repeat', body: [rule], rules: [], next: undefined }]);
  for (const token of tokens) {
    const behind = places.flatMap(({ terminal, after }) => (tokenMatcher(token, terminal.terminalType) ? after : []));
    if (behind.length === 0) return [];
    places = expand(behind);
  }
  return places.map(({ terminal, rules }) => ({ type: terminal.terminalType, rules }));
}

/** What is still to be read: a linked list of productions. */
type Rest =
  | {
      readonly kind: 'sequence';
      readonly parts: readonly IProduction[];
      readonly at: number;
      readonly rules: readonly string[];
      readonly next: Rest | undefined;
    }
  | {
      readonly kind: 'repeat';
      readonly body: readonly IProduction[];
      readonly rules: readonly string[];
      readonly next: Rest | undefined;
    };

/** A token that may come, and what is to be read behind it. */
interface Place {
  readonly terminal: Terminal;
  readonly rules: readonly string[];
  readonly after: readonly Rest[];
}

/** Follows everything that needs no token. */
function expand(starts: readonly Rest[]): readonly Place[] {
  const places: Place[] = [];
  const seen = new Set<Rest>();
  const open = [...starts].reverse();
  for (let rest = open.pop(); rest !== undefined; rest = open.pop()) {
    if (seen.has(rest)) continue;
    seen.add(rest);
    if (rest.kind === 'repeat') {
      if (rest.next !== undefined) open.push(rest.next);
      open.push(sequence(rest.body, rest.rules, rest));
      continue;
    }
    const part = rest.parts[rest.at];
    const behind = rest.at + 1 < rest.parts.length ? { ...rest, at: rest.at + 1 } : rest.next;
    if (part === undefined) {
      if (rest.next !== undefined) open.push(rest.next);
    } else if (part instanceof Terminal) {
      places.push({ terminal: part, rules: rest.rules, after: behind === undefined ? [] : [behind] });
    } else {
      open.push(...ways(part, rest.rules, behind).reverse());
    }
  }
  return places;
}

/** The ways to go on at a production that is no token, the first one first. */
function ways(part: IProduction, rules: readonly string[], behind: Rest | undefined): Rest[] {
  if (part instanceof NonTerminal) return [ofRule(part.referencedRule, rules, behind)];
  if (part instanceof Rule) return [ofRule(part, rules, behind)];
  if (part instanceof Alternation) return part.definition.map((alternative) => sequence([alternative], rules, behind));
  if (part instanceof Alternative) return [sequence(part.definition, rules, behind)];
  if (part instanceof Option) return [sequence(part.definition, rules, behind), ...rest(behind)];
  if (part instanceof Repetition) return [{ kind: 'repeat', body: part.definition, rules, next: behind }];
  if (part instanceof RepetitionMandatory) {
    return [sequence(part.definition, rules, { kind: 'repeat', body: part.definition, rules, next: behind })];
  }
  if (part instanceof RepetitionMandatoryWithSeparator || part instanceof RepetitionWithSeparator) {
    const separator = new Terminal({ terminalType: part.separator });
    const others: Rest = { kind: 'repeat', body: [separator, ...part.definition], rules, next: behind };
    const first = sequence(part.definition, rules, others);
    return part instanceof RepetitionWithSeparator ? [first, ...rest(behind)] : [first];
  }
  return rest(behind);
}

function ofRule(rule: Rule, rules: readonly string[], behind: Rest | undefined): Rest {
  return sequence(rule.definition, [...rules, rule.name], behind);
}

function sequence(parts: readonly IProduction[], rules: readonly string[], next: Rest | undefined): Rest {
  return { kind: 'sequence', parts, at: 0, rules, next };
}

function rest(behind: Rest | undefined): Rest[] {
  return behind === undefined ? [] : [behind];
}
