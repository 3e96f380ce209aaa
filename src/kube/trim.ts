// Cuts objects down to the labels, annotations and taints that a policy can ask for. What is cut away needs no memory, and a
// change to it is no change.

import type { Policy } from '../dsl/policy.ts';
import { ADVERTISE_CLUSTER_IP_ANNOTATION } from '../engine/claim.ts';
import { ZONE_LABEL } from '../engine/fields.ts';
import { EXCLUDE_LABEL } from '../engine/node-table.ts';
import type { ClusterObject } from '../engine/objects.ts';
import { isRecord } from './fields.ts';

/** Which keys are kept. */
export type Keep =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'named';
      readonly labels: ReadonlySet<string>;
      readonly annotations: ReadonlySet<string>;
      readonly taints: boolean;
    };

/** Keys that the policy names anywhere, and those that have a meaning of their own. */
export function keptByPolicy(policy: Policy): Keep {
  const labels = new Set([EXCLUDE_LABEL, ZONE_LABEL]);
  const annotations = new Set([ADVERTISE_CLUSTER_IP_ANNOTATION]);
  let taints = false;
  // A condition has `{ name: "label", key }`, a value that is read per node `{ kind: "label", key }`. Looking for both
  // everywhere also finds them in statements that this file has never heard of.
  visit(policy, (part) => {
    const word = part.kind === 'label' || part.kind === 'annotation' ? part.kind : part.name;
    if (typeof part.key !== 'string') return;
    if (word === 'label') labels.add(part.key);
    if (word === 'annotation') annotations.add(part.key);
    if (word === 'taint') taints = true;
  });
  return { kind: 'named', labels, annotations, taints };
}

/** The object without what is not kept. */
export function trimObject<T extends ClusterObject>(object: T, keep: Keep): T {
  if (keep.kind === 'all' || object.kind === 'EndpointSlice') return object;
  const labels = pick(object.labels, keep.labels);
  const annotations = pick(object.annotations, keep.annotations);
  if (object.kind === 'Service') return { ...object, labels, annotations };
  return { ...object, labels, annotations, taints: keep.taints ? object.taints : [] };
}

/** True if everything that `wanted` keeps, `kept` keeps as well. */
export function keepsAtLeast(kept: Keep, wanted: Keep): boolean {
  if (kept.kind === 'all') return true;
  if (wanted.kind === 'all') return false;
  return (
    [...wanted.labels].every((key) => kept.labels.has(key)) &&
    [...wanted.annotations].every((key) => kept.annotations.has(key)) &&
    (kept.taints || !wanted.taints)
  );
}

const NOTHING: Readonly<Record<string, string>> = {};

function pick(map: Readonly<Record<string, string>>, keys: ReadonlySet<string>): Readonly<Record<string, string>> {
  const kept = Object.entries(map).filter(([key]) => keys.has(key));
  return kept.length === 0 ? NOTHING : Object.fromEntries(kept);
}

function visit(value: unknown, onObject: (part: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, onObject);
  if (!isRecord(value)) return;
  onObject(value);
  for (const member of Object.values(value)) visit(member, onObject);
}
