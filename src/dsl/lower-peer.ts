// A peer with its template → the peer the engine sees, defaults filled in.

import type { PeerStatement, Ref } from './ast.ts';
import { lowerCondition } from './lower-condition.ts';
import { lowerMultihop, lowerSessionOptions } from './lower-session-options.ts';
import { lowerAddress, lowerFromObject, lowerGracefulRestart } from './lower-values.ts';
import type { Model } from './model.ts';
import type { FilterList, PasswordSource, Peer, PeerAddress, PeerAs, PeerNodes } from './policy.ts';
import { type EffectiveSettings, effectiveSettings, type PeerSettingOf } from './policy-settings.ts';
import { LINK_LOCAL } from './prefix.ts';
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
  const localAs = settings.find('local-as');
  const restart = settings.find('graceful-restart');
  return {
    name: statement.name.text,
    at: placeOf(statement.span),
    template: settings.template?.name.text,
    address,
    as,
    localAs: localAs && model.values.asn(localAs.value),
    nodes: lowerNodes(settings.find('nodes'), model),
    source: source && lowerAddress(source.value, model.values),
    families: [...new Set(settings.find('family')?.families ?? (['ipv4', 'ipv6'] as const))].sort(),
    description: settings.find('description')?.value.value,
    export: lowerFilters(settings.find('export'), { kind: 'all' }),
    import: lowerFilters(settings.find('import'), { kind: 'nothing' }),
    password: lowerPassword(settings.find('password')),
    multihop: lowerMultihop(settings),
    passive: settings.find('passive')?.value === 'on',
    ...peerTimers(settings),
    gracefulRestart: restart && lowerGracefulRestart(restart.value),
    ...lowerSessionOptions(settings),
    ...unnumberedOptions(settings),
  };
}

/** A link without IPv4 addresses carries IPv4 routes with IPv6 next hops, unless the policy says otherwise. */
function unnumberedOptions(settings: EffectiveSettings): { readonly extendedNextHop?: true } {
  const isUnnumbered = settings.find('address')?.address.form === 'interface';
  return isUnnumbered && settings.find('extended-next-hop') === undefined ? { extendedNextHop: true } : {};
}

function lowerPeerAddress(settings: EffectiveSettings, model: Model): PeerAddress | undefined {
  const setting = settings.find('address');
  if (setting === undefined) return undefined;
  const { address } = setting;
  const at = placeOf(setting.span);
  if (address.form === 'from-object') {
    return { at, address: lowerFromObject(address.value), port: BGP_PORT, interface: undefined };
  }
  if (address.form === 'gateway') return { at, address: { kind: 'gateway' }, port: BGP_PORT, interface: undefined };
  if (address.form === 'in') {
    const [found] = model.values.prefixes([address.prefix]);
    const inside = found && { kind: 'inside' as const, prefix: found.prefix.text };
    return inside && { at, address: inside, port: BGP_PORT, interface: undefined };
  }
  if (address.form === 'interface') {
    return { at, address: { kind: 'inside', prefix: LINK_LOCAL }, port: BGP_PORT, interface: address.name.value };
  }
  const value = model.values.address(address.value);
  const literal = value && { kind: 'literal' as const, value: value.text };
  const port = address.port?.value ?? BGP_PORT;
  return literal && { at, address: literal, port, interface: address.interface?.value };
}

function lowerPeerAs(settings: EffectiveSettings, model: Model): PeerAs | undefined {
  const setting = settings.find('as');
  if (setting === undefined) return undefined;
  const [{ value }, at] = [setting, placeOf(setting.span)];
  if (value.kind === 'label' || value.kind === 'annotation') return { at, as: lowerFromObject(value) };
  if (value.kind === 'word') return { at, as: { kind: value.text === 'internal' ? 'internal' : 'external' } };
  const as = model.values.asn(value);
  return as === undefined ? undefined : { at, as: { kind: 'literal', value: as } };
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
  if (password.form === 'off') return undefined;
  if (password.form === 'env') return { kind: 'env', variable: password.value.value, at };
  if (password.form === 'secret') {
    const [namespace = '', name = ''] = password.path.value.split('/');
    return { kind: 'secret', namespace, name, key: password.key.value, at };
  }
  // Relative to the file that says it, so that a policy folder can be moved as a whole.
  return { kind: 'file', path: joinPath(directoryOf(at.path), password.value.value), at };
}

function isRefs(nodes: PeerSettingOf<'nodes'>['nodes']): nodes is readonly Ref[] {
  return Array.isArray(nodes);
}
