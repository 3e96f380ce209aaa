// What checks and lowering work on: the statements of the whole policy with its name spaces and value evaluator.

import type { ConditionNode, SpeakerStatement, Statement } from './ast.ts';
import { lowerCondition } from './lower-condition.ts';
import type { Condition } from './policy.ts';
import type { Clause } from './reachability/clause.ts';
import { toClauses } from './reachability/to-clauses.ts';
import type { Report } from './report.ts';
import { type Declaration, declare, type Scope } from './scope.ts';
import { createValues, type Values } from './values.ts';

/** A policy with its names collected. */
export interface Model {
  readonly statements: readonly Statement[];
  readonly scope: Scope;
  readonly values: Values;
  /** Declarations that something refers to; complete once every check has run. */
  readonly used: Set<Declaration>;
  /** A condition as the policy has it, made once for all who ask. */
  conditionOf(node: ConditionNode): Condition;
  /** A condition as clauses; undefined if there are too many. */
  clausesOf(node: ConditionNode): readonly Clause[] | undefined;
}

/** A model that has a speaker, without which nothing is lowered. */
export interface CheckedModel extends Model {
  readonly speaker: SpeakerStatement;
}

/** Collects names; reports duplicates. */
export function buildModel(statements: readonly Statement[], report: Report): Model {
  const scope = declare(statements, report);
  const used = new Set<Declaration>();
  const values = createValues(scope, report, (statement) => used.add(statement));
  const conditionOf = once((node: ConditionNode) => lowerCondition(node, values));
  const clausesOf = once((node: ConditionNode) => toClauses(conditionOf(node)));
  return { statements, scope, values, used, conditionOf, clausesOf };
}

/** The function with what it gave before. */
function once<T>(compute: (node: ConditionNode) => T): (node: ConditionNode) => T {
  const known = new Map<ConditionNode, { readonly result: T }>();
  return (node) => {
    const found = known.get(node) ?? { result: compute(node) };
    known.set(node, found);
    return found.result;
  };
}
