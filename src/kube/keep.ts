// Which labels, annotations and taints a policy can ask for.

import type { Policy } from '../dsl/policy.ts';
import { ADVERTISE_CLUSTER_IP_ANNOTATION } from '../engine/claim.ts';
import { ZONE_LABEL } from '../engine/fields.ts';
import { EXCLUDE_LABEL } from '../engine/node-table.ts';
import { isRecord } from '../unknown.ts';
import type { Keep } from './trim.ts';

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

function visit(value: unknown, onObject: (part: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, onObject);
  if (!isRecord(value)) return;
  onObject(value);
  for (const member of Object.values(value)) visit(member, onObject);
}
