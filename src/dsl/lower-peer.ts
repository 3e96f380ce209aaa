// A peer with its template → the peer the engine sees, defaults filled in.

import type { PeerStatement, Ref } from './ast.ts';
import { lowerCondition } from './lower-condition.ts';
import { lowerAddress, lowerGracefulRestart } from './lower-values.ts';
import type { Model } from './model.ts';
import type { FilterList, PasswordSource, Peer, PeerAddress, PeerAs, PeerNodes } from './policy.ts';
import { type EffectiveSettings, effectiveSettings, type PeerSettingOf } from './policy-settings.ts';
import { directoryOf, joinPath } from './source-host.ts';
import { placeOf } from './span.ts';
import { peerTimers } from './timers.ts';

/** The port of BGP (RFC 4271). */
export const BGP_PORT = 179;

/** Lowers a peer; undefined where its address or AS is missing, which a check has reported. */
export function lowerPeer(statement: PeerStatement, model: Model): Peer | undefined {
  const settings = effectiveSettings(statement, model.scope);
  const [address, as] = [lowerPeerAddress(settings, model), lowerPeerAs(settings, model)];
  if (address === undefined || as === undefined) return undefined;
  const source = settings.find('source');
  const multihop = settings.find('multihop');
  const restart = settings.find('graceful-restart');
  return {
    name: statement.name.text,
    at: placeOf(statement.span),
    template: settings.template?.name.text,
    address,
    as,
    nodes: lowerNodes(settings.find('nodes'), model),
    source: source && lowerAddress(source.value, model.values),
    families: [...new Set(settings.find('family')?.families ?? (['ipv4', 'ipv6'] as const))].sort(),
    description: settings.find('description')?.value.value,
    export: lowerFilters(settings.find('export'), { kind: 'all' }),
    import: lowerFilters(settings.find('import'), { kind: 'nothing' }),
    password: lowerPassword(settings.find('password')),
    multihop: multihop?.value === 'on' ? { hops: multihop.hops?.value } : undefined,
    passive: settings.find('passive')?.value === 'on',
    ...peerTimers(settings),
    gracefulRestart: restart && lowerGracefulRestart(restart.value),
  };
}

function lowerPeerAddress(settings: EffectiveSettings, model: Model): PeerAddress | undefined {
  const setting = settings.find('address');
  if (setting?.address.form !== 'address') return undefined;
  const { value, port } = setting.address;
  const address = model.values.address(value);
  return address && { at: placeOf(setting.span), address: address.text, port: port?.value ?? BGP_PORT };
}

function lowerPeerAs(settings: EffectiveSettings, model: Model): PeerAs | undefined {
  const setting = settings.find('as');
  if (setting === undefined) return undefined;
  const { value } = setting;
  if (value.kind === 'label' || value.kind === 'annotation' || value.kind === 'word') return undefined;
  const as = model.values.asn(value);
  return as === undefined ? undefined : { at: placeOf(setting.span), as };
}

function lowerNodes(setting: PeerSettingOf<'nodes'> | undefined, model: Model): PeerNodes {
  if (setting === undefined) return { kind: 'all' };
  const [at, { nodes }] = [placeOf(setting.span), setting];
  if (isRefs(nodes)) return { kind: 'names', at, names: nodes.map((ref) => ref.text) };
  return { kind: 'where', at, condition: lowerCondition(nodes, model.values) };
}

function lowerFilters(setting: PeerSettingOf<'export' | 'import'> | undefined, otherwise: FilterList): FilterList {
  if (setting === undefined) return otherwise;
  const { filters } = setting;
  if (filters === 'all' || filters === 'nothing') return { kind: filters };
  return { kind: 'filters', at: placeOf(setting.span), filters: filters.map((ref) => ref.text) };
}

function lowerPassword(setting: PeerSettingOf<'password'> | undefined): PasswordSource | undefined {
  if (setting === undefined) return undefined;
  const at = placeOf(setting.span);
  const { password } = setting;
  if (password.form === 'env') return { kind: 'env', variable: password.value.value, at };
  if (password.form !== 'file') return undefined;
  // Relative to the file that says it, so that a policy folder can be moved as a whole.
  return { kind: 'file', path: joinPath(directoryOf(at.path), password.value.value), at };
}

function isRefs(nodes: PeerSettingOf<'nodes'>['nodes']): nodes is readonly Ref[] {
  return Array.isArray(nodes);
}
