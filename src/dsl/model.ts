// What checks and lowering work on: the statements of the whole policy with its name spaces and value evaluator.

import type { SpeakerStatement, Statement } from './ast.ts';
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
  return { statements, scope, values, used };
}
