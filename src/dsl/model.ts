// What checks and lowering work on: the statements of the whole policy with its name spaces and value evaluator.

import type { ConditionNode, FilterStatement, SpeakerStatement, Statement } from './ast.ts';
import { createNodeClauses } from './reachability/node-clauses.ts';
import { ALWAYS, type Clauses } from './reachability/to-clauses.ts';
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
  /** A condition as clauses; undefined if there are too many. */
  clausesOf(node: ConditionNode): Clauses;
  /** The same for every rule of a filter, in order, made once for all who ask. */
  clausesOfRules(filter: FilterStatement): readonly Clauses[];
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
  const clausesOf = createNodeClauses(values);
  const ofRules = new Map<FilterStatement, readonly Clauses[]>();

  function clausesOfRules(filter: FilterStatement): readonly Clauses[] {
    const known = ofRules.get(filter);
    if (known !== undefined) return known;
    const found = filter.rules.map(({ condition }) => (condition === undefined ? ALWAYS : clausesOf(condition)));
    ofRules.set(filter, found);
    return found;
  }

  return { statements, scope, values, used, clausesOf, clausesOfRules };
}
