// What a clause about routes says besides its words, once the ranges of the policy are known: a route of a range is
// inside its prefixes and of its kind.

import type { Model } from '../model.ts';
import type { Scalar } from '../policy.ts';
import { factsOf, type RangeFacts } from '../range-verdict.ts';
import { amongFact, type Clause, type Fact, joinClauses, otherFact } from './clause.ts';

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
  const complete = createNewCompletion(model);
  const known = new Map<Clause, Clause | undefined>();
  return (clause) => {
    const found = known.get(clause);
    if (found !== undefined || known.has(clause)) return found;
    const completed = complete(clause);
    known.set(clause, completed);
    return completed;
  };
}

function createNewCompletion(model: Model): Completion {
  const known = new Map<string, Clause | undefined>();
  const clauseFor = (key: string, names: ReadonlySet<Scalar>): Clause | undefined => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found;
    const statements = [...names].flatMap((name) => model.scope.ranges.get(String(name)) ?? []);
    const ranges = statements.map((statement) => factsOf(statement, [], model.values));
    const clause = ranges.length < names.size ? undefined : clauseOf(ranges);
    known.set(key, clause);
    return clause;
  };
  return (clause) => {
    const names = clause.facts.find((fact) => fact.kind === 'among' && fact.field === 'range');
    if (names?.kind !== 'among') return clause;
    const more = clauseFor(names.key, names.values);
    return more === undefined ? clause : joinClauses(clause, more);
  };
}

function clauseOf(ranges: readonly RangeFacts[]): Clause {
  const items = ranges.flatMap(({ prefixes }) => prefixes.map((prefix) => ({ prefix, alone: false })));
  const kinds = amongFact('kind', [...new Set(ranges.map(({ kind }) => kind))]);
  const isExact = ranges.every((range) => range.isExact);
  return { items, facts: isExact ? [kinds, ...EXACT_ONLY] : [kinds], isLoose: false };
}

const EXACT_ONLY: readonly Fact[] = [otherFact(flag('exact'), true, false), otherFact(flag('aggregate'), false, false)];

/** The text of a condition that is one word. */
function flag(name: 'exact' | 'aggregate'): string {
  return JSON.stringify({ kind: 'present', field: { name } });
}
