// An address that stands for a router, or for one end of a session, is one that a machine can have.

import type { AddressValue, FromObject, Statement } from '../ast.ts';
import { actionsOf } from '../filter-actions.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { addressBits, overlapsPrefix, parsePrefix } from '../prefix.ts';
import type { Report } from '../report.ts';

/** What no machine has as its address, and why. */
const UNUSABLE = [
  ['0.0.0.0/8', 'this network'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'no address'],
  ['ff00::/8', 'multicast'],
].flatMap(([text = '', why = '']) => {
  const prefix = parsePrefix(text);
  return prefix === undefined ? [] : [{ prefix, why }];
});

/** Checks peers, the ends of sessions and next hops. */
export function checkUnusableAddresses(model: Model, report: Report): void {
  for (const statement of model.statements) {
    for (const value of addressesOf(statement)) {
      if (value === undefined || value.kind === 'label' || value.kind === 'annotation') continue;
      const address = model.values.address(value);
      const prefix = address && parsePrefix(`${address.text}/${addressBits(address.family)}`);
      const why = prefix && UNUSABLE.find((each) => overlapsPrefix(each.prefix, prefix))?.why;
      if (address === undefined || why === undefined) continue;
      const help =
        statement.kind === 'speaker' ? 'leave the address out: `listen port N` is on all addresses' : undefined;
      report(value.span, messages['unusable-address']({ text: address.text, why, help }));
    }
  }
}

/** Every address of a statement that is one machine's. */
function addressesOf(statement: Statement): readonly (AddressValue | FromObject | undefined)[] {
  switch (statement.kind) {
    case 'speaker':
      return statement.settings.map((each) => (each.setting === 'listen' && !each.off ? each.address : undefined));
    case 'filter':
      return actionsOf(statement).nextHops.map(({ value }) => (typeof value === 'string' ? undefined : value));
    case 'peer':
    case 'template':
      return statement.settings.map((each) => {
        if (each.setting === 'source') return each.value;
        return each.setting === 'address' && each.address.form === 'address' ? each.address.value : undefined;
      });
    default:
      return [];
  }
}
