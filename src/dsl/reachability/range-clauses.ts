// What a clause about routes says besides its words, once the ranges of the policy are known: a route of a range is
// inside its prefixes and of its kind.

import type { Model } from '../model.ts';
import { factsOf, type RangeFacts } from '../range-verdict.ts';
import { amongFact, type Clause, type Fact, joinClauses, otherFact, type PrefixItem, prefixItem } from './clause.ts';

/** Completes clauses; undefined for one that no route fulfils. */
export type Completion = (clause: Clause) => Clause | undefined;

/** Several checks ask about the same clauses of the same policy. */
const completions = new WeakMap<Model, Completion>();

/** Completes clauses with what the ranges of a policy have. */
export function completionFor(model: Model): Completion {
  const completion = completions.get(model) ?? createCompletion(model);
  completions.set(model, completion);
  return completion;
}

function createCompletion(model: Model): Completion {
  const added = new Map<Fact, Clause | undefined>();
  /** Of clauses that say no more than which ranges: the same fact mostly comes with the same prefixes. */
  const completed = new Map<Fact, Completed>();

  /** What the ranges of a fact have; undefined if one of them is not known. */
  function addedBy(fact: RangeFact): Clause | undefined {
    const known = added.get(fact);
    if (known !== undefined || added.has(fact)) return known;
    const statements = [...fact.values].flatMap((name) => model.scope.ranges.get(String(name)) ?? []);
    const clause =
      statements.length < fact.values.size
        ? undefined
        : clauseOf(statements.map((statement) => factsOf(statement, [], model.values)));
    added.set(fact, clause);
    return clause;
  }

  return (clause) => {
    const fact = rangeFactOf(clause);
    if (fact === undefined) return clause;
    const known = clause.facts.length === 1 ? completed.get(fact) : undefined;
    if (known !== undefined && known.items === clause.items) return known.clause;
    const more = addedBy(fact);
    const result = more === undefined ? clause : joinClauses(clause, more);
    if (clause.facts.length === 1) completed.set(fact, { items: clause.items, clause: result });
    return result;
  };
}

/** A completed clause, and the prefixes it had before. */
interface Completed {
  readonly items: readonly PrefixItem[];
  readonly clause: Clause | undefined;
}

type RangeFact = Extract<Fact, { kind: 'among' }>;

/** The fact of a clause that says which ranges a route is of. */
export function rangeFactOf({ facts }: Clause): RangeFact | undefined {
  for (let at = 0; at < facts.length; at++) {
    const fact = facts[at];
    if (fact?.kind === 'among' && fact.field === 'range') return fact;
  }
  return undefined;
}

function clauseOf(ranges: readonly RangeFacts[]): Clause {
  const items = ranges.flatMap(({ prefixes }) => prefixes.map((prefix) => prefixItem(prefix, false)));
  const kinds = amongFact('kind', [...new Set(ranges.map(({ kind }) => kind))]);
  const isExact = ranges.every((range) => range.isExact);
  return { items, facts: isExact ? [kinds, ...EXACT_ONLY] : [kinds], isLoose: false };
}

const EXACT_ONLY: readonly Fact[] = [otherFact(flag('exact'), true, false), otherFact(flag('aggregate'), false, false)];

/** The text of a condition that is one word. */
function flag(name: 'exact' | 'aggregate'): string {
  return JSON.stringify({ kind: 'present', field: { name } });
}
