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
  /** Where it surely is. */
  readonly places: readonly Place[];
  /** Equal for peers that are one neighbour, or that may be if their prefixes overlap. */
  readonly key: string;
  /** Who may connect; absent for a single neighbour. */
  readonly prefix: Prefix | undefined;
}

/** A node's name, or the setting itself, which peers of one template share; undefined stands for every node. */
type Place = string | PeerSettingOf<'nodes'> | undefined;

/** The neighbours with one key, and the same by where they are: a policy may have one for every rack. */
interface Known {
  readonly all: Neighbour[];
  readonly byPlace: Map<Place, Neighbour[]>;
}

/** Compares the peers whose address is written in the policy. */
export function checkSameNeighbour(model: Model, report: Report, errors: ErrorsSoFar): void {
  const known = new Map<string, Known>();
  for (const statement of model.statements) {
    if (statement.kind !== 'peer' || isMissing(statement.name)) continue;
    const settings = effectiveSettings(statement, model.scope);
    // One that could not be read whole may say elsewhere what makes it another.
    if ([statement, settings.template].some((part) => part !== undefined && errors.inside(part.span))) continue;
    const neighbour = readNeighbour(statement, settings, model);
    if (neighbour === undefined) continue;
    const before = known.get(neighbour.key) ?? { all: [], byPlace: new Map() };
    known.set(neighbour.key, before);
    const same = meeting(neighbour, before).find((other) => overlap(neighbour, other));
    if (same === undefined) add(neighbour, before);
    else tell(neighbour, same, report);
  }
}

function add(neighbour: Neighbour, { all, byPlace }: Known): void {
  all.push(neighbour);
  for (const place of neighbour.places) {
    const there = byPlace.get(place);
    if (there === undefined) byPlace.set(place, [neighbour]);
    else there.push(neighbour);
  }
}

/** Those that surely run on a node that surely runs this one. */
function meeting({ places }: Neighbour, { all, byPlace }: Known): readonly Neighbour[] {
  if (places.includes(undefined)) return all;
  return [undefined, ...places].flatMap((place) => byPlace.get(place) ?? []);
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
  return { statement, address, places: placesOf(nodes), key: `${where.text} from ${own}`, prefix: where.prefix };
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

function placesOf(nodes: PeerSettingOf<'nodes'> | undefined): readonly Place[] {
  if (nodes === undefined || 'kind' in nodes.nodes) return [nodes];
  return [nodes, ...nodes.nodes.map(({ text }) => text)];
}

function overlap({ prefix }: Neighbour, other: Neighbour): boolean {
  if (prefix === undefined || other.prefix === undefined) return true;
  return containsPrefix(prefix, other.prefix) || containsPrefix(other.prefix, prefix);
}
