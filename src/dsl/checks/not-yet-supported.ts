// Parts of the language that are parsed and checked while nothing behind them carries them out, each with what works
// instead. Taking an entry out of the table here is what makes a part supported.

import type { Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';

/** What is refused → what to do instead. */
const INSTEAD = {
  'use calico': 'write the peers and ranges into the policy',
} as const;

/** Refuses what is not built yet, at its place. */
export function checkNotYetSupported(model: Model, report: Report): void {
  for (const statement of model.statements) {
    const what = partOf(statement);
    if (what === undefined) continue;
    report(statement.span, messages['not-yet-supported']({ what: `\`${what}\``, instead: INSTEAD[what] }));
  }
}

function partOf({ kind }: Statement): keyof typeof INSTEAD | undefined {
  return kind === 'use' ? 'use calico' : undefined;
}
