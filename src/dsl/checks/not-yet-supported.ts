// Parts of the language that are parsed and checked while nothing behind them carries them out, each with what works
// instead. Taking an entry out of a table here is what makes a part supported. A setting that only says the default
// is carried out already.

import type { Setting, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';

/** What is refused → what to do instead. */
const INSTEAD = {
  'use calico': 'write the peers and ranges into the policy',
  'address interface': 'write the address of the peer',
} as const;

/** Refuses what is not built yet, at its place. */
export function checkNotYetSupported(model: Model, report: Report): void {
  for (const statement of model.statements) {
    const own = statementPart(statement);
    if (own !== undefined) refuse(own, report);
    if (!('settings' in statement)) continue;
    for (const setting of statement.settings) {
      const part = settingPart(setting);
      if (part !== undefined) refuse(part, report);
    }
  }
}

interface Part {
  readonly what: keyof typeof INSTEAD;
  readonly span: Span;
}

function refuse({ what, span }: Part, report: Report): void {
  report(span, messages['not-yet-supported']({ what: `\`${what}\``, instead: INSTEAD[what] }));
}

function statementPart({ kind, span }: Statement): Part | undefined {
  return kind === 'use' ? { what: 'use calico', span } : undefined;
}

function settingPart(node: Setting): Part | undefined {
  switch (node.setting) {
    case 'address':
      return addressPart(node);
    default:
      return undefined;
  }
}

function addressPart({ address, span }: Extract<Setting, { setting: 'address' }>): Part | undefined {
  return address.form === 'interface' ? { what: 'address interface', span } : undefined;
}
