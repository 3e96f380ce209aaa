// Checked statements → Policy. Nothing is reported here: whatever could be wrong, a check has said. Total on every
// policy that checks without an error.

import type { Action, FilterStatement, ModeClause, RangeStatement, ServiceStatement, SpeakerSetting } from './ast.ts';
import { lowerCondition } from './lower-condition.ts';
import { lowerLimits, lowerNodeSettings } from './lower-limits.ts';
import { BGP_PORT, lowerPeer } from './lower-peer.ts';
import { lowerTest } from './lower-tests.ts';
import { lowerAddress, lowerAttributes, lowerFromObject, lowerGracefulRestart, prefixTexts } from './lower-values.ts';
import type { CheckedModel, Model } from './model.ts';
import { peerNames } from './peer-names.ts';
import type {
  Exclusions,
  Filter,
  FilterAction,
  Listen,
  PerNode,
  Policy,
  Range,
  RangeMode,
  ServiceBlock,
  Speaker,
} from './policy.ts';
import { placeOf } from './span.ts';

const GRACEFUL_RESTART_MS = 30_000;

/** Builds the policy of a model that was checked without errors. */
export function lower(model: CheckedModel, files: readonly string[]): Policy {
  const { statements } = model;
  return {
    files,
    speaker: lowerSpeaker(model),
    ranges: statements.flatMap((node) => (node.kind === 'range' ? [lowerRange(node, model)] : [])),
    exclusions: lowerExclusions(model),
    serviceBlocks: statements.flatMap((node) => (node.kind === 'service' ? [lowerService(node, model)] : [])),
    filters: statements.flatMap((node) => (node.kind === 'filter' ? [lowerFilter(node, model)] : [])),
    peers: statements.flatMap((node) => (node.kind === 'peer' ? (lowerPeer(node, model) ?? []) : [])),
    ...lowerLimits(statements),
    tests: statements.flatMap((node) => (node.kind === 'test' ? [lowerTest(node, model)] : [])),
  };
}

function lowerSpeaker({ speaker, values }: CheckedModel): Speaker {
  const find = <K extends SpeakerSetting['setting']>(name: K) =>
    speaker.settings.find((setting): setting is Extract<SpeakerSetting, { setting: K }> => setting.setting === name);
  const as = find('as')?.value;
  const routerId = find('router-id');
  const restart = find('graceful-restart');
  return {
    at: placeOf(speaker.span),
    as: lowerAs(as, values),
    routerId: routerId && lowerAddress(routerId.value, values),
    listen: lowerListen(find('listen'), values),
    gracefulRestart:
      restart === undefined ? { kind: 'on', timeMs: GRACEFUL_RESTART_MS } : lowerGracefulRestart(restart.value),
    excludeLabel: find('exclude-label')?.value !== 'off',
    ...lowerNodeSettings(speaker.settings),
  };
}

type As = Extract<SpeakerSetting, { setting: 'as' }>['value'];

function lowerAs(value: As | undefined, values: Model['values']): PerNode<number> {
  if (value?.kind === 'label' || value?.kind === 'annotation') return lowerFromObject(value);
  return { kind: 'literal', value: (value && values.asn(value)) ?? 0 };
}

function lowerListen(
  setting: Extract<SpeakerSetting, { setting: 'listen' }> | undefined,
  values: Model['values'],
): Listen {
  if (setting === undefined) return { kind: 'on', address: undefined, port: BGP_PORT };
  if (setting.off) return { kind: 'off' };
  const address = setting.address && lowerAddress(setting.address, values);
  return { kind: 'on', address, port: setting.port.value };
}

function lowerRange(node: RangeStatement, { values }: Model): Range {
  return {
    name: node.name.text,
    at: placeOf(node.span),
    addressKind: node.addressKind,
    prefixes: prefixTexts(values, node.prefixes),
    for: node.for.map((path) => path.value),
    except: prefixTexts(values, node.except),
    mode: lowerMode(node.mode, node, values),
    attributes: lowerAttributes(node.settings, values),
  };
}

function lowerMode(mode: ModeClause | undefined, range: RangeStatement, values: Model['values']): RangeMode {
  const kind = mode?.mode ?? (range.addressKind === 'cluster-ip' ? 'aggregate' : 'exact');
  if (kind === 'exact') return { kind: 'exact' };
  return { kind: 'aggregate', whenUsed: mode?.whenUsed ?? false, blockLength: blockLengths(mode, range, values) };
}

/** One length belongs to the family the range has; two belong to IPv4 and IPv6. */
export function blockLengths(
  mode: ModeClause | undefined,
  range: RangeStatement,
  values: Model['values'],
): { readonly ipv4?: number; readonly ipv6?: number } {
  const [first, second] = mode?.lengths ?? [];
  if (first === undefined) return {};
  if (second !== undefined) return { ipv4: first.value, ipv6: second.value };
  const hasIpv4 = values.plainPrefixes(range.prefixes).some(({ family }) => family === 'ipv4');
  return hasIpv4 ? { ipv4: first.value } : { ipv6: first.value };
}

function lowerExclusions({ statements, values }: Model): Exclusions {
  return {
    nodes: statements.flatMap((node) =>
      node.kind === 'exclude-nodes' ? [{ at: placeOf(node.span), where: lowerCondition(node.where, values) }] : [],
    ),
    services: statements.flatMap((node) => {
      if (node.kind !== 'exclude-services') return [];
      const where = node.where && lowerCondition(node.where, values);
      return [{ at: placeOf(node.span), paths: node.paths.map((path) => path.value), where }];
    }),
    prefixes: statements.flatMap((node) => {
      if (node.kind !== 'exclude-prefixes') return [];
      const at = placeOf(node.span);
      return prefixTexts(values, node.prefixes).map((prefix) => ({ at, prefix }));
    }),
  };
}

function lowerService(node: ServiceStatement, model: Model): ServiceBlock {
  const { values } = model;
  const block: { -readonly [K in keyof ServiceBlock]: ServiceBlock[K] } = {
    at: placeOf(node.span),
    path: node.path?.value,
    where: node.where && lowerCondition(node.where, values),
    advertise: undefined,
    from: undefined,
    to: undefined,
    require: undefined,
    endpoints: undefined,
    limit: undefined,
    advertiseDelay: undefined,
    attributes: lowerAttributes(node.settings.filter(isAttribute), values),
    attributesAt: undefined,
  };
  for (const setting of node.settings) {
    const at = placeOf(setting.span);
    if (isAttribute(setting)) block.attributesAt ??= at;
    else if (setting.setting === 'advertise') block.advertise = { at, mode: setting.mode, kinds: setting.kinds };
    else if (setting.setting === 'from') {
      block.from = { at, origin: setting.origin, where: setting.where && lowerCondition(setting.where, values) };
    } else if (setting.setting === 'to') block.to = { at, peers: setting.peers && peerNames(setting.peers, model) };
    else if (setting.setting === 'require') block.require = { at, count: setting.count.value };
    else if (setting.setting === 'endpoints') block.endpoints = { at, rule: setting.rule };
    else if (setting.setting === 'limit') block.limit = { at, count: setting.count?.value };
    else if (setting.setting === 'advertise-delay') {
      block.advertiseDelay = { at, delayMs: setting.value.value ?? 0 };
    }
  }
  return block;
}

type AttributeNode = Parameters<typeof lowerAttributes>[0][number];

function isAttribute(setting: ServiceStatement['settings'][number]): setting is AttributeNode {
  return ['community', 'local-pref', 'med', 'prepend'].includes(setting.setting);
}

function lowerFilter(node: FilterStatement, { values }: Model): Filter {
  return {
    name: node.name.text,
    at: placeOf(node.span),
    rules: node.rules.map((rule) => ({
      at: placeOf(rule.span),
      verdict: rule.verdict,
      condition: rule.condition && lowerCondition(rule.condition, values),
      actions: rule.actions.map((action) => lowerAction(action, values)),
    })),
  };
}

function lowerAction(action: Action, values: Model['values']): FilterAction {
  switch (action.action) {
    case 'community':
      return {
        kind: action.remove ? 'remove-communities' : 'add-communities',
        communities: values.communities(action.values),
      };
    case 'prepend':
      return { kind: 'prepend', count: action.value.value };
    case 'local-pref':
    case 'med':
      return { kind: action.action, value: action.value.value };
    case 'prepend-as':
      return { kind: 'prepend-as', path: values.asns(action.path) };
    case 'next-hop':
      if (action.value === 'self' || action.value === 'keep') return { kind: 'next-hop', value: action.value };
      return { kind: 'next-hop', value: { address: values.address(action.value)?.text ?? '' } };
  }
}
