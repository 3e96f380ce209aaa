// Parts of the language that are parsed and checked while nothing behind them carries them out. Taking an entry out of
// a table here is what makes a part supported.

import type { Setting } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';

const SETTINGS: ReadonlySet<Setting['setting']> = new Set(['wait-for', 'install', 'loop-protection']);

/** Refuses what is not built yet, at its place. */
export function checkNotYetSupported(model: Model, report: Report): void {
  const refuse = (span: Span, what: string) => report(span, messages['not-yet-supported']({ what }));
  for (const statement of model.statements) {
    if (statement.kind === 'guard') refuse({ ...statement.span, end: statement.span.start + 5 }, '`guard`');
    else if (statement.kind === 'use') refuse(statement.span, '`use calico`');
    else if ('settings' in statement) for (const setting of statement.settings) refuseSetting(setting, refuse);
  }
}

function refuseSetting(node: Setting, refuse: (span: Span, what: string) => void): void {
  if (SETTINGS.has(node.setting)) refuse(node.at, `\`${node.setting}\``);
  else if (node.setting === 'address') refuseAddress(node, refuse);
  else if (node.setting === 'password' && node.password.form === 'secret') refuse(node.span, '`password secret`');
}

function refuseAddress(
  node: Extract<Setting, { setting: 'address' }>,
  refuse: (span: Span, what: string) => void,
): void {
  const { address } = node;
  if (address.form === 'gateway') refuse(node.span, '`address gateway`');
  else if (address.form === 'interface') refuse(node.span, '`address interface`');
  else if (address.form === 'in') refuse(node.span, '`address in`');
}
