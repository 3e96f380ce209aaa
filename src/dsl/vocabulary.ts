// The terms conditions can ask about: for whom, of which type, and what they mean. Checks, completion and hover read it.

import type { FieldName } from './policy.ts';

/** What a condition is about. */
export type Subject = 'node' | 'service' | 'route';

/** The type of a field's value. */
export type FieldType =
  /** Compared with strings. */
  | { readonly kind: 'text' }
  /** Compared with numbers, order included. */
  | { readonly kind: 'number' }
  /** A condition by itself. */
  | { readonly kind: 'flag' }
  /** One of a few words. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The name of a range. */
  | { readonly kind: 'range' };

/** One field of the language. */
export interface FieldInfo {
  readonly subjects: readonly Subject[];
  readonly type: FieldType;
  /** May stand alone: asks whether it is there. */
  readonly presence: boolean;
  /** A comparison that can be pasted. */
  readonly example: string;
  /** One line for readers. */
  readonly doc: string;
}

const TEXT: FieldType = { kind: 'text' };
const NUMBER: FieldType = { kind: 'number' };
const FLAG: FieldType = { kind: 'flag' };
const KIND_WORDS = words('cluster-ip', 'external-ip', 'load-balancer-ip');
const POLICY_WORDS = words('cluster', 'local');

const FIELDS: Readonly<Record<FieldName, FieldInfo>> = {
  name: field(['node', 'service'], TEXT, 'name == "worker-1"', 'name of the Node or Service object'),
  namespace: field(['service'], TEXT, 'namespace == "shop"', 'namespace of the Service'),
  label: keyed(['node', 'service'], 'label "tier" == "edge"', 'value of a label'),
  annotation: keyed(['node', 'service'], 'annotation "example.org/tier" == "edge"', 'value of an annotation'),
  taint: { ...keyed(['node'], 'taint "example.org/dedicated"', 'whether the node has the taint'), type: FLAG },
  zone: field(['node'], TEXT, 'zone == "b"', 'label `topology.kubernetes.io/zone`'),
  cordoned: field(['node'], FLAG, 'cordoned', 'whether the node is unschedulable'),
  type: field(
    ['service'],
    words('ClusterIP', 'NodePort', 'LoadBalancer'),
    'type == LoadBalancer',
    'type of the Service, as Kubernetes spells it',
  ),
  class: field(['service'], TEXT, 'class == "example.org/bgp"', '`loadBalancerClass` of the Service'),
  'traffic-policy': field(
    ['service'],
    POLICY_WORDS,
    'traffic-policy == local',
    '`externalTrafficPolicy` of the Service',
  ),
  'internal-traffic-policy': field(
    ['service'],
    POLICY_WORDS,
    'internal-traffic-policy == local',
    '`internalTrafficPolicy` of the Service',
  ),
  kind: field(
    ['service', 'route'],
    KIND_WORDS,
    'kind == load-balancer-ip',
    'which field of the Service the address is from',
  ),
  family: field(['service', 'route'], words('ipv4', 'ipv6'), 'family == ipv6', 'address family'),
  length: field(['route'], NUMBER, 'length <= 24', 'prefix length'),
  range: field(['route'], { kind: 'range' }, 'range == public', 'the `range` the route comes from'),
  aggregate: field(['route'], FLAG, 'aggregate', 'whether the route is an aggregate'),
  exact: field(['route'], FLAG, 'exact', 'whether the route is one service address'),
  med: field(['route'], NUMBER, 'med == 50', 'multi-exit discriminator'),
  'local-pref': field(['route'], NUMBER, 'local-pref > 100', 'local preference'),
  source: field(['route'], words('local', 'remote'), 'source == remote', 'originated here, or learned from a peer'),
  'peer-type': field(['route'], words('ebgp', 'ibgp'), 'peer-type == ibgp', 'external or internal session'),
  interface: field(['route'], TEXT, 'interface matches "eth*"', 'interface the route came through'),
};

/** What is known about a field. */
export function fieldInfo(name: FieldName): FieldInfo {
  return FIELDS[name];
}

/** All terms for a subject, the ones that are no fields included, sorted. */
export function termsFor(subject: Subject): readonly string[] {
  const fields = Object.entries(FIELDS).filter(([, info]) => info.subjects.includes(subject));
  const others = subject === 'route' ? ['as-path', 'community', 'prefix', 'service'] : [];
  return [...fields.map(([name]) => name), ...others].sort();
}

function words(...list: readonly string[]): FieldType {
  return { kind: 'words', words: list };
}

function field(subjects: readonly Subject[], type: FieldType, example: string, doc: string): FieldInfo {
  return { subjects, type, presence: type.kind === 'flag', example, doc };
}

function keyed(subjects: readonly Subject[], example: string, doc: string): FieldInfo {
  return { subjects, type: TEXT, presence: true, example, doc };
}
