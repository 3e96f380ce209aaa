// What each field of a condition reads, for a node, a service address or a route.
// `satisfies` keeps the table complete: a field of the language without an accessor does not compile.

import type { AddressKind, Field, FieldName } from '../dsl/policy.ts';
import type { Family, Prefix } from '../dsl/prefix.ts';
import type { Node, Service } from './objects.ts';

/** What a condition is asked about. */
export type Subject =
  | { readonly kind: 'node'; readonly node: Node }
  | {
      readonly kind: 'service';
      readonly service: Service;
      readonly addressKind: AddressKind;
      readonly family: Family;
    }
  | RouteSubject;

/** A route on its way through the export filters of one session. */
export interface RouteSubject {
  readonly kind: 'route';
  readonly prefix: Prefix;
  readonly addressKind: AddressKind;
  readonly aggregate: boolean;
  readonly range: string;
  /** `namespace/name`; absent for an aggregate. */
  readonly service: string | undefined;
  readonly peerType: 'ebgp' | 'ibgp';
  /** Texts of the communities as earlier rules left them. */
  readonly communities: ReadonlySet<string>;
  readonly asPath: readonly number[];
  readonly med: number | undefined;
  readonly localPref: number | undefined;
}

/** Absent: the subject has no such thing. */
export type FieldValue = string | number | boolean | undefined;

/** Label that names the zone of a node. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** The value of a field for the subject. */
export function fieldValue(field: Field, subject: Subject): FieldValue {
  return ACCESSORS[field.name](subject, field.key ?? '');
}

type Accessor = (subject: Subject, key: string) => FieldValue;

const ACCESSORS = {
  aggregate: (subject) => (subject.kind === 'route' ? subject.aggregate : undefined),
  annotation: (subject, key) => own(metadata(subject)?.annotations, key),
  class: (subject) => (subject.kind === 'service' ? subject.service.loadBalancerClass : undefined),
  cordoned: (subject) => (subject.kind === 'node' ? subject.node.cordoned : undefined),
  exact: (subject) => (subject.kind === 'route' ? !subject.aggregate : undefined),
  family: (subject) => familyOf(subject),
  interface: () => undefined,
  'internal-traffic-policy': (subject) =>
    subject.kind === 'service' ? subject.service.internalTrafficPolicy.toLowerCase() : undefined,
  kind: (subject) => (subject.kind === 'node' ? undefined : subject.addressKind),
  label: (subject, key) => own(metadata(subject)?.labels, key),
  length: (subject) => (subject.kind === 'route' ? subject.prefix.length : undefined),
  'local-pref': (subject) => (subject.kind === 'route' ? subject.localPref : undefined),
  med: (subject) => (subject.kind === 'route' ? subject.med : undefined),
  name: (subject) => metadata(subject)?.name,
  namespace: (subject) => (subject.kind === 'service' ? subject.service.namespace : undefined),
  'peer-type': (subject) => (subject.kind === 'route' ? subject.peerType : undefined),
  range: (subject) => (subject.kind === 'route' ? subject.range : undefined),
  // The engine judges only what the policy originates; routes of other peers never come here.
  source: (subject) => (subject.kind === 'route' ? 'local' : undefined),
  taint: (subject, key) => (subject.kind === 'node' ? taintValue(subject.node, key) : undefined),
  'traffic-policy': (subject) =>
    subject.kind === 'service' ? subject.service.externalTrafficPolicy.toLowerCase() : undefined,
  type: (subject) => (subject.kind === 'service' ? subject.service.type : undefined),
  zone: (subject) => (subject.kind === 'node' ? own(subject.node.labels, ZONE_LABEL) : undefined),
} as const satisfies Record<FieldName, Accessor>;

function metadata(subject: Subject): Node | Service | undefined {
  switch (subject.kind) {
    case 'node':
      return subject.node;
    case 'service':
      return subject.service;
    case 'route':
      return undefined;
  }
}

function familyOf(subject: Subject): Family | undefined {
  switch (subject.kind) {
    case 'node':
      return undefined;
    case 'service':
      return subject.family;
    case 'route':
      return subject.prefix.family;
  }
}

/** The value of the first taint with this key; the empty text where it has none. A taint is `key`, `key=value` or either with `:effect`. */
function taintValue(node: Node, key: string): string | undefined {
  for (const taint of node.taints) {
    const [, name, value] = /^([^=:]*)(?:=([^:]*))?/.exec(taint) ?? [];
    if (name === key) return value ?? '';
  }
  return undefined;
}

// Labels come from outside: a key such as `constructor` must not find what every object inherits.
function own(record: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
