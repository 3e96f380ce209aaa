// Warns about `cordoned`: cordoning is an everyday step of maintenance, and withdrawing on it has surprised many.

import type { Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { questionsOf } from '../walk-conditions.ts';

/** Looks for `cordoned` in every condition on nodes. */
export function checkCordoned(model: Model, report: Report): void {
  for (const statement of model.statements) {
    for (const { subject, byField } of questionsOf(statement)) {
      if (subject !== 'node') continue;
      for (const { kind, span } of byField.get('cordoned') ?? []) {
        if (kind === 'present') report(span, messages['cordon-withdraws']({ use: useOf(statement) }));
      }
    }
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
