// Builds Policy values for tests, statement by statement; the line of a place counts statements of its kind.

import type { Community } from '../../dsl/community.ts';
import type { Place } from '../../dsl/place.ts';
import type {
  AddressKind,
  Condition,
  Filter,
  FilterRule,
  Peer,
  Policy,
  Range,
  RangeMode,
  RouteAttributes,
  ServiceBlock,
  Speaker,
} from '../../dsl/policy.ts';
import { NO_SESSION_OPTIONS } from '../../dsl/session-options.ts';

/** A place in a file named after the statement: `place('range', 2)` is `range.bell:2:1`. */
export function place(statement: string, line = 1, column = 1): Place {
  return { path: `${statement}.bell`, line, column };
}

export const NO_ATTRIBUTES: RouteAttributes = {
  communities: [],
  localPref: undefined,
  med: undefined,
  prepend: undefined,
};

export const EXACT: RangeMode = { kind: 'exact' };
export const AGGREGATE: RangeMode = { kind: 'aggregate', whenUsed: false, blockLength: {} };
export const WHEN_USED: RangeMode = { kind: 'aggregate', whenUsed: true, blockLength: {} };

export function standard(high: number, low: number): Community {
  return { kind: 'standard', high, low };
}

export function speaker(overrides: Partial<Speaker> = {}): Speaker {
  return {
    at: place('speaker'),
    as: { kind: 'literal', value: 64512 },
    routerId: undefined,
    listen: { kind: 'on', address: undefined, port: 179 },
    gracefulRestart: { kind: 'on', timeMs: 30_000 },
    excludeLabel: true,
    ...overrides,
  };
}

export function range(
  name: string,
  addressKind: AddressKind,
  prefixes: readonly string[],
  overrides: Partial<Range> = {},
): Range {
  return {
    name,
    at: place(`range-${name}`),
    addressKind,
    prefixes,
    for: [],
    except: [],
    mode: addressKind === 'cluster-ip' ? AGGREGATE : EXACT,
    attributes: NO_ATTRIBUTES,
    ...overrides,
  };
}

export function block(overrides: Partial<ServiceBlock> = {}): ServiceBlock {
  return {
    at: place('service'),
    path: '*/*',
    where: undefined,
    advertise: undefined,
    from: undefined,
    to: undefined,
    require: undefined,
    endpoints: undefined,
    limit: undefined,
    advertiseDelay: undefined,
    attributes: NO_ATTRIBUTES,
    attributesAt: undefined,
    ...overrides,
  };
}

export function advertise(
  mode: 'exact' | 'default' | 'nothing',
  ...kinds: readonly AddressKind[]
): ServiceBlock['advertise'] {
  return { at: place('advertise'), mode, kinds };
}

export function from(origin: 'endpoint-nodes' | 'all-nodes' | undefined, where?: Condition): ServiceBlock['from'] {
  return { at: place('from'), origin, where };
}

export function filter(name: string, ...rules: readonly Omit<FilterRule, 'at'>[]): Filter {
  return {
    name,
    at: place(`filter-${name}`),
    rules: rules.map((rule, i) => ({ at: place(`filter-${name}`, i + 2, 3), ...rule })),
  };
}

export function peer(name: string, overrides: Partial<Peer> = {}): Peer {
  // One address for each letter at the end of a name.
  const value = `192.0.2.${'abcdefgh'.indexOf(name.at(-1) ?? 'a') + 1 || 1}`;
  return {
    name,
    at: place(`peer-${name}`),
    template: undefined,
    address: { at: place(`peer-${name}`, 2), address: { kind: 'literal', value }, port: 179, interface: undefined },
    as: { at: place(`peer-${name}`, 3), as: { kind: 'literal', value: 64500 } },
    localAs: undefined,
    nodes: { kind: 'all' },
    source: undefined,
    families: ['ipv4', 'ipv6'],
    description: undefined,
    export: { kind: 'all' },
    import: { kind: 'nothing' },
    password: undefined,
    multihop: undefined,
    passive: false,
    holdTimeMs: 30_000,
    keepaliveMs: 10_000,
    connectRetryMs: 5_000,
    gracefulRestart: undefined,
    ...NO_SESSION_OPTIONS,
    ...overrides,
  };
}

export function policy(overrides: Partial<Policy> = {}): Policy {
  return {
    files: ['policy.bell'],
    speaker: speaker(),
    ranges: [],
    exclusions: { nodes: [], services: [], prefixes: [] },
    serviceBlocks: [],
    filters: [],
    peers: [peer('tor-a')],
    tests: [],
    ...overrides,
  };
}

/** `label "key" == "value"`. */
export function label(key: string, value: string): Condition {
  return { kind: 'compare', field: { name: 'label', key }, operator: '==', value };
}

export function excludePrefixes(...prefixes: readonly string[]): Policy['exclusions'] {
  return {
    nodes: [],
    services: [],
    prefixes: prefixes.map((prefix, i) => ({ at: place('exclude-prefixes', 1, i + 1), prefix })),
  };
}

export function excludeServices(...paths: readonly string[]): Policy['exclusions'] {
  return { nodes: [], services: [{ at: place('exclude-services'), paths, where: undefined }], prefixes: [] };
}

export function excludeNodes(where: Condition): Policy['exclusions'] {
  return { nodes: [{ at: place('exclude-nodes'), where }], services: [], prefixes: [] };
}
