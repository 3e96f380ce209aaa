// Held routes as they stand in the state directory. What does not read back as it was written is not held: it is withdrawn,
// as the policy says.

import type { Community } from '../dsl/community.ts';
import type { AddressKind } from '../dsl/policy.ts';
import type { DesiredRoute } from '../engine/index.ts';
import { isRecord } from '../unknown.ts';
import { isStringList } from './json.ts';
import type { HeldRoute } from './route-guard.ts';

/** Reads held routes out of JSON. */
export function decodeHeldRoutes(value: unknown): readonly HeldRoute[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const route = isRecord(item) ? decodeRoute(item.route) : undefined;
    return isRecord(item) && route !== undefined && typeof item.since === 'number'
      ? [{ route, since: item.since }]
      : [];
  });
}

function decodeRoute(value: unknown): DesiredRoute | undefined {
  if (!isRecord(value) || !isRecord(value.attributes)) return undefined;
  const { prefix, addressKind, aggregate, range, to, service } = value;
  const attributes = decodeAttributes(value.attributes);
  if (typeof prefix !== 'string' || !isAddressKind(addressKind) || typeof aggregate !== 'boolean') return undefined;
  if (typeof range !== 'string' || attributes === undefined) return undefined;
  if (to !== undefined && !isStringList(to)) return undefined;
  if (service !== undefined && typeof service !== 'string') return undefined;
  return { prefix, addressKind, aggregate, range, attributes, to, service };
}

function decodeAttributes(value: Readonly<Record<string, unknown>>): DesiredRoute['attributes'] | undefined {
  const { communities, localPref, med, prepend } = value;
  if (!Array.isArray(communities) || typeof prepend !== 'number') return undefined;
  const read = communities.flatMap((community: unknown) => decodeCommunity(community) ?? []);
  if (read.length !== communities.length || !isNumberOrAbsent(localPref) || !isNumberOrAbsent(med)) return undefined;
  return { communities: read, localPref, med, prepend };
}

function decodeCommunity(value: unknown): Community | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, high, low, global, local1, local2, type, administrator, assigned } = value;
  if (kind === 'standard' && typeof high === 'number' && typeof low === 'number') return { kind, high, low };
  if (kind === 'large' && typeof global === 'number' && typeof local1 === 'number' && typeof local2 === 'number') {
    return { kind, global, local1, local2 };
  }
  const isType = type === 'rt' || type === 'ro' || type === 'generic';
  if (kind !== 'extended' || !isType || typeof administrator !== 'number' || typeof assigned !== 'number')
    return undefined;
  return { kind, type, administrator, assigned };
}

function isAddressKind(value: unknown): value is AddressKind {
  return value === 'cluster-ip' || value === 'external-ip' || value === 'load-balancer-ip';
}

function isNumberOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}
