// Warns about a condition that contradicts itself: it asks one thing to be two, or for prefixes that have nothing in
// common.

import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { completionFor } from '../reachability/range-clauses.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { rootConditions } from '../walk-conditions.ts';

/** Looks at every condition as a whole. */
export function checkNeverTrue(model: Model, report: Report, errors: ErrorsSoFar): void {
  const complete = completionFor(model);
  for (const statement of model.statements) {
    for (const [node, subject] of rootConditions(statement)) {
      if (errors.inside(node.span)) continue;
      const holds = model.clausesOf(node)?.some((clause) => subject !== 'route' || complete(clause) !== undefined);
      if (holds === false) report(node.span, messages['never-true']({ subject }));
    }
  }
}
