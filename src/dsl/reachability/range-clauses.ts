// What a clause about routes says besides its words, once the ranges of the policy are known: a route of a range is
// inside its prefixes and of its kind.

import type { Model } from '../model.ts';
import { factsOf, type RangeFacts } from '../range-verdict.ts';
import { amongFact, type Clause, type Fact, joinClauses, otherFact } from './clause.ts';

/** Completes clauses; undefined for one that no route fulfils. */
export type Completion = (clause: Clause) => Clause | undefined;

/** Completes clauses with what the ranges of a policy have. */
export function createCompletion(model: Model): Completion {
  const known = new Map<string, RangeFacts>();
  const rangeOf = (name: string): RangeFacts | undefined => {
    const statement = known.has(name) ? undefined : model.scope.ranges.get(name);
    if (statement !== undefined) known.set(name, factsOf(statement, [], model.values));
    return known.get(name);
  };
  return (clause) => {
    const names = clause.facts.find((fact) => fact.kind === 'among' && fact.field === 'range');
    if (names?.kind !== 'among') return clause;
    const ranges = [...names.values].flatMap((name) => rangeOf(String(name)) ?? []);
    return ranges.length < names.values.size ? clause : joinClauses(clause, clauseOf(ranges));
  };
}

function clauseOf(ranges: readonly RangeFacts[]): Clause {
  const items = ranges.flatMap(({ prefixes }) => prefixes.map((prefix) => ({ prefix, alone: false })));
  const facts: Fact[] = [amongFact('kind', [...new Set(ranges.map(({ kind }) => kind))])];
  if (ranges.every(({ isExact }) => isExact)) {
    facts.push(otherFact(flag('exact'), true, false), otherFact(flag('aggregate'), false, false));
  }
  return { items, facts, isLoose: false };
}

/** The text of a condition that is one word. */
function flag(name: 'exact' | 'aggregate'): string {
  return JSON.stringify({ kind: 'present', field: { name } });
}
