// Warns about `cordoned`: cordoning is an everyday step of maintenance, and withdrawing on it has surprised many.

import type { Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { forEachCondition } from '../walk-conditions.ts';

/** Looks for `cordoned` in every condition on nodes. */
export function checkCordoned(model: Model, report: Report): void {
  for (const statement of model.statements) {
    // Rules are about routes, and most of all conditions.
    if (statement.kind === 'filter') continue;
    forEachCondition(statement, (condition, subject) => {
      if (subject !== 'node' || condition.kind !== 'present' || condition.field.name !== 'cordoned') return;
      report(condition.span, messages['cordon-withdraws']({ use: useOf(statement) }));
    });
  }
}

function useOf(statement: Statement): string {
  switch (statement.kind) {
    case 'exclude-nodes':
      return 'decides which nodes advertise nothing';
    case 'service':
      return 'decides which nodes originate the routes';
    default:
      return 'decides which nodes run the session';
  }
}
