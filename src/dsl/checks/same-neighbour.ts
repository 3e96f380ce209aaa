// Refuses two peers that are one neighbour on the same node: BIRD gives a connection to one of them, and the session of the
// other never opens. Only what is certain is refused here; what depends on a node's own values is left out there.

import type { PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { type EffectiveSettings, effectiveSettings, type PeerSettingOf } from '../policy-settings.ts';
import { containsPrefix, type Prefix } from '../prefix.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { isMissing } from '../scope.ts';

/** A peer, with where it is and who runs it. */
interface Neighbour {
  readonly statement: PeerStatement;
  readonly address: PeerSettingOf<'address'>;
  readonly nodes: PeerSettingOf<'nodes'> | undefined;
  /** Equal for peers that are one neighbour, or that may be if their prefixes overlap. */
  readonly key: string;
  /** Who may connect; absent for a single neighbour. */
  readonly prefix: Prefix | undefined;
}

/** Compares the peers whose address is written in the policy. */
export function checkSameNeighbour(model: Model, report: Report, errors: ErrorsSoFar): void {
  const known = new Map<string, Neighbour[]>();
  for (const statement of model.statements) {
    if (statement.kind !== 'peer' || isMissing(statement.name)) continue;
    const settings = effectiveSettings(statement, model.scope);
    // One that could not be read whole may say elsewhere what makes it another.
    if ([statement, settings.template].some((part) => part !== undefined && errors.inside(part.span))) continue;
    const neighbour = readNeighbour(statement, settings, model);
    if (neighbour === undefined) continue;
    const before = known.get(neighbour.key);
    const same = before?.find((other) => isSame(neighbour, other));
    if (before === undefined) known.set(neighbour.key, [neighbour]);
    else if (same === undefined) before.push(neighbour);
    else tell(neighbour, same, report);
  }
}

function tell({ address, statement }: Neighbour, other: Neighbour, report: Report): void {
  const parameters = { peer: statement.name.text, other: other.statement.name.text };
  // An address of a template is shared: what is said of it has to lead to the peers.
  const own = statement.settings.includes(address) ? address.span : statement.name.span;
  const first = other.statement.settings.includes(other.address) ? other.address.span : other.statement.name.span;
  report(own, messages['same-neighbour'](parameters), {
    also: [{ span: first, text: `the neighbour of \`${parameters.other}\`` }],
  });
}

function readNeighbour(
  statement: PeerStatement,
  settings: EffectiveSettings,
  { values }: Model,
): Neighbour | undefined {
  const [address, nodes, source] = [settings.find('address'), settings.find('nodes'), settings.find('source')];
  if (address === undefined) return undefined;
  if (source?.value.kind === 'label' || source?.value.kind === 'annotation') return undefined;
  const own = source === undefined ? '' : values.address(source.value)?.text;
  const where = whereIs(address, values);
  if (own === undefined || where === undefined) return undefined;
  return { statement, address, nodes, key: `${where.text} from ${own}`, prefix: where.prefix };
}

function whereIs(
  { address }: PeerSettingOf<'address'>,
  values: Model['values'],
): { readonly text: string; readonly prefix?: Prefix } | undefined {
  switch (address.form) {
    case 'interface':
      return { text: `link ${address.name.value}` };
    case 'address': {
      const text = values.address(address.value)?.text;
      if (text === undefined) return undefined;
      return { text: `${text} port ${address.port?.value ?? ''} ${address.interface?.value ?? ''}` };
    }
    case 'in': {
      const [prefix, ...more] = values.prefixes([address.prefix]);
      return prefix === undefined || more.length > 0 ? undefined : { text: 'anybody', prefix: prefix.prefix };
    }
    case 'gateway':
    case 'from-object':
      return undefined;
  }
}

function isSame(a: Neighbour, b: Neighbour): boolean {
  const overlap =
    a.prefix === undefined ||
    b.prefix === undefined ||
    containsPrefix(a.prefix, b.prefix) ||
    containsPrefix(b.prefix, a.prefix);
  return overlap && meet(a.nodes, b.nodes);
}

/** Whether a node that runs one of them surely runs the other. */
function meet(a: Neighbour['nodes'], b: Neighbour['nodes']): boolean {
  if (a === undefined || b === undefined || a === b) return true;
  if ('kind' in a.nodes || 'kind' in b.nodes) return false;
  const names = new Set(a.nodes.map(({ text }) => text));
  return b.nodes.some(({ text }) => names.has(text));
}
