// Services, their slices, and who claims which address. Every edit names the addresses that have to be evaluated again.
// A service is evaluated against the policy once per change of its own; its endpoints are counted once per change of theirs.

import type { Contenders } from './address-origins.ts';
import { contendersOf } from './address-origins.ts';
import { compareClaims } from './address-outcome.ts';
import type { SkippedEntry } from './addresses.ts';
import { addressesOf } from './addresses.ts';
import type { Claim } from './claim.ts';
import { evaluateClaim } from './claim.ts';
import type { ServiceEndpoints } from './endpoints.ts';
import { countEndpoints, NO_ENDPOINTS } from './endpoints.ts';
import type { EndpointSlice, ObjectKey, Service } from './objects.ts';
import { objectKey } from './objects.ts';
import type { PolicyIndex } from './policy-index.ts';

/** Services and slices by key, and the claims on each address. */
export interface ServiceTable {
  readonly services: ReadonlyMap<ObjectKey, Service>;
  readonly endpointSlices: ReadonlyMap<ObjectKey, EndpointSlice>;
  /** Texts of every claimed address. */
  addresses(): Iterable<string>;
  /** The claims on an address in order, with their endpoints; empty if nobody claims it. */
  contenders(address: string): Contenders;
  claimsOf(service: ObjectKey): readonly Claim[];
  skippedOf(service: ObjectKey): readonly SkippedEntry[];
  slicesOf(service: ObjectKey): readonly EndpointSlice[];
  /** Each edit returns the texts of the addresses it can affect. */
  setService(service: Service): readonly string[];
  deleteService(key: ObjectKey): readonly string[];
  setSlice(slice: EndpointSlice): readonly string[];
  deleteSlice(key: ObjectKey): readonly string[];
}

interface ServiceRecord {
  readonly claims: readonly Claim[];
  readonly skipped: readonly SkippedEntry[];
}

interface SliceSet {
  slices: readonly EndpointSlice[];
  /** Counted when asked for, until the next change of a slice. */
  counted: ServiceEndpoints | undefined;
}

interface Tables {
  readonly index: PolicyIndex;
  readonly services: Map<ObjectKey, Service>;
  readonly endpointSlices: Map<ObjectKey, EndpointSlice>;
  readonly records: Map<ObjectKey, ServiceRecord>;
  readonly slices: Map<ObjectKey, SliceSet>;
  readonly claims: Map<string, readonly Claim[]>;
}

const NO_RECORD: ServiceRecord = { claims: [], skipped: [] };

/** A table without services. */
export function createServiceTable(index: PolicyIndex): ServiceTable {
  const tables: Tables = {
    index,
    services: new Map(),
    endpointSlices: new Map(),
    records: new Map(),
    slices: new Map(),
    claims: new Map(),
  };
  const endpointsOf = (key: ObjectKey): ServiceEndpoints => endpointsIn(tables.slices.get(key));
  return {
    services: tables.services,
    endpointSlices: tables.endpointSlices,
    addresses: () => tables.claims.keys(),
    contenders: (address) => contendersOf(tables.claims.get(address) ?? [], endpointsOf),
    claimsOf: (key) => recordOf(tables, key).claims,
    skippedOf: (key) => recordOf(tables, key).skipped,
    slicesOf: (key) => tables.slices.get(key)?.slices ?? [],
    setService: (service) => setService(tables, service),
    deleteService: (key) => {
      tables.services.delete(key);
      return replaceRecord(tables, key, NO_RECORD);
    },
    setSlice: (slice) => setSlice(tables, slice),
    deleteSlice: (key) => detachSlice(tables, key),
  };
}

function setService(tables: Tables, service: Service): readonly string[] {
  const key = objectKey(service);
  tables.services.set(key, service);
  return replaceRecord(tables, key, evaluateService(tables.index, service, key));
}

function setSlice(tables: Tables, slice: EndpointSlice): readonly string[] {
  const key = objectKey(slice);
  // The slice may have moved here from another service.
  const left = detachSlice(tables, key);
  tables.endpointSlices.set(key, slice);
  const service = serviceOfSlice(slice);
  if (service === undefined) return left;
  // Under the text of the key that the service has, so that it is in memory once.
  addSlice(tables.slices, recordOf(tables, service).claims[0]?.key ?? service, slice);
  return [...new Set([...left, ...addressTexts(recordOf(tables, service).claims)])];
}

function detachSlice(tables: Tables, key: ObjectKey): readonly string[] {
  const slice = tables.endpointSlices.get(key);
  const service = serviceOfSlice(slice);
  tables.endpointSlices.delete(key);
  if (slice === undefined || service === undefined) return [];
  removeSlice(tables.slices, service, slice);
  return addressTexts(recordOf(tables, service).claims);
}

function recordOf(tables: Tables, key: ObjectKey): ServiceRecord {
  return tables.records.get(key) ?? NO_RECORD;
}

function replaceRecord(tables: Tables, key: ObjectKey, next: ServiceRecord): readonly string[] {
  const before = recordOf(tables, key);
  for (const claim of before.claims) removeClaim(tables.claims, claim);
  for (const claim of next.claims) addClaim(tables.claims, claim);
  if (next === NO_RECORD) tables.records.delete(key);
  else tables.records.set(key, next);
  return addressTexts([...before.claims, ...next.claims]);
}

function endpointsIn(set: SliceSet | undefined): ServiceEndpoints {
  if (set === undefined) return NO_ENDPOINTS;
  set.counted ??= countEndpoints(set.slices);
  return set.counted;
}

function evaluateService(index: PolicyIndex, service: Service, key: ObjectKey): ServiceRecord {
  const { addresses, skipped } = addressesOf(service);
  return { claims: addresses.map((address) => evaluateClaim(index, service, key, address)), skipped };
}

function addClaim(claimsByAddress: Map<string, readonly Claim[]>, claim: Claim): void {
  const claims = claimsByAddress.get(claim.prefix.text);
  claimsByAddress.set(claim.prefix.text, claims === undefined ? [claim] : [...claims, claim].sort(compareClaims));
}

function removeClaim(claimsByAddress: Map<string, readonly Claim[]>, claim: Claim): void {
  const left = (claimsByAddress.get(claim.prefix.text) ?? []).filter((other) => other !== claim);
  if (left.length === 0) claimsByAddress.delete(claim.prefix.text);
  else claimsByAddress.set(claim.prefix.text, left);
}

function addSlice(sets: Map<ObjectKey, SliceSet>, service: ObjectKey, slice: EndpointSlice): void {
  const set = sets.get(service) ?? { slices: [], counted: undefined };
  set.slices = [...set.slices, slice];
  set.counted = undefined;
  sets.set(service, set);
}

function removeSlice(sets: Map<ObjectKey, SliceSet>, service: ObjectKey, slice: EndpointSlice): void {
  const set = sets.get(service);
  if (set === undefined) return;
  set.slices = set.slices.filter((other) => other !== slice);
  set.counted = undefined;
  if (set.slices.length === 0) sets.delete(service);
}

function serviceOfSlice(slice: EndpointSlice | undefined): ObjectKey | undefined {
  if (slice?.serviceName === undefined) return undefined;
  return [slice.namespace, slice.serviceName].join('/');
}

function addressTexts(claims: readonly Claim[]): readonly string[] {
  return [...new Set(claims.map((claim) => claim.prefix.text))];
}
