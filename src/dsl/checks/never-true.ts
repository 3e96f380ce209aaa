// Warns about a condition that contradicts itself: it asks one thing to be two, or for prefixes that have nothing in
// common.

import type { ConditionNode, FilterStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { type Completion, completionFor } from '../reachability/range-clauses.ts';
import type { Clauses } from '../reachability/to-clauses.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import type { Subject } from '../vocabulary.ts';
import { rootConditions } from '../walk-conditions.ts';

/** Looks at every condition as a whole. */
export function checkNeverTrue(model: Model, report: Report, errors: ErrorsSoFar): void {
  const complete = completionFor(model);
  for (const statement of model.statements) {
    if (statement.kind === 'filter' && !errors.inside(statement.span)) checkRules(statement, complete, model, report);
    else {
      for (const [node, subject] of rootConditions(statement)) {
        if (!errors.inside(node.span)) tellIfNever(node, subject, model.clausesOf(node), complete, report);
      }
    }
  }
}

function checkRules(filter: FilterStatement, complete: Completion, model: Model, report: Report): void {
  const clausesOfRules = model.clausesOfRules(filter);
  filter.rules.forEach(({ condition }, index) => {
    if (condition !== undefined) tellIfNever(condition, 'route', clausesOfRules[index], complete, report);
  });
}

function tellIfNever(
  node: ConditionNode,
  subject: Subject,
  clauses: Clauses,
  complete: Completion,
  report: Report,
): void {
  if (clauses === undefined) return;
  for (const clause of clauses) if (subject !== 'route' || complete(clause) !== undefined) return;
  report(node.span, messages['never-true']({ subject }));
}
