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
  const conditions = new Map<ConditionNode, Condition>();
  const clauses = new Map<ConditionNode, readonly Clause[] | undefined>();

  function conditionOf(node: ConditionNode): Condition {
    const known = conditions.get(node);
    if (known !== undefined) return known;
    const condition = lowerCondition(node, values);
    conditions.set(node, condition);
    return condition;
  }

  function clausesOf(node: ConditionNode): readonly Clause[] | undefined {
    const known = clauses.get(node);
    if (known !== undefined || clauses.has(node)) return known;
    const found = toClauses(conditionOf(node));
    clauses.set(node, found);
    return found;
  }

  return { statements, scope, values, used, conditionOf, clausesOf };
}
