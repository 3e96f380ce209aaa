// Holds one `expect` of a test against what the nodes of its cluster do. In: what each node decides and the sessions it
// runs. Out: a verdict with what was computed, in words, and the prefixes whose decision explains it.
// An offer counts if prefix, peer and attributes are the expected ones; `withholds` expects that no offer counts.

import type { Expectation } from '../dsl/policy.ts';
import type { NodeDecisions, PeerVerdict, PlannedRoute } from './decision.ts';
import type { NodeSessions } from './desired-state.ts';
import { attributesInWords, differencesInWords, hasAttributes } from './expected-attributes.ts';
import { createRouteFinder, type RouteFinder } from './route-finder.ts';
import { listNames } from './wording.ts';

/** What a node does. */
export interface NodeOutcome {
  readonly decisions: NodeDecisions;
  readonly sessions: NodeSessions;
}

/** Whether an expectation is met. */
export type ExpectationVerdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'unmet'; readonly findings: readonly Finding[] }
  /** The node the expectation names, or any node at all, is not in the cluster. */
  | { readonly kind: 'unknown-node'; readonly node: string | undefined; readonly known: readonly string[] };

/** What was computed on nodes that do not do what is expected; nodes of which the same can be said stand together. */
export interface Finding {
  readonly nodes: readonly string[];
  /** One clause each. */
  readonly computed: readonly string[];
  /** The prefixes to ask an explanation for. */
  readonly subjects: readonly string[];
}

/** The nodes of a cluster; what one does is asked for only when an expectation is about it. */
export interface NodeOutcomes {
  readonly names: readonly string[];
  outcome(name: string): NodeOutcome;
}

/** Judges expectations about one cluster. */
export type ExpectationJudge = (expectation: Expectation) => ExpectationVerdict;

/** Creates the judge of a cluster. */
export function createExpectationJudge(nodes: NodeOutcomes): ExpectationJudge {
  const known = [...nodes.names].sort();
  const finder = createRouteFinder();
  return (expectation) => {
    const named = expectation.nodes.kind === 'node' ? expectation.nodes.name : undefined;
    const asked = named === undefined ? known : known.filter((name) => name === named);
    // A cluster without nodes would meet anything that is expected of every node.
    if (asked.length === 0) return { kind: 'unknown-node', node: named, known };
    const findings = new Map<string, Finding>();
    for (const name of asked) {
      const outcome = nodes.outcome(name);
      const finding = judgeNode(expectation, outcome, finder);
      if (finding === undefined) continue;
      const key = JSON.stringify(finding);
      findings.set(key, { ...finding, nodes: [...(findings.get(key)?.nodes ?? []), name] });
    }
    return findings.size === 0 ? { kind: 'met' } : { kind: 'unmet', findings: [...findings.values()] };
  };
}

type NodeFinding = Pick<Finding, 'computed' | 'subjects'>;

function judgeNode(
  expectation: Expectation,
  { decisions, sessions }: NodeOutcome,
  finder: RouteFinder,
): NodeFinding | undefined {
  const offers = finder.about(expectation.subject, decisions).map((route) => createOffer(route, expectation, sessions));
  return expectation.verdict === 'withholds'
    ? unexpectedOffers(offers, expectation)
    : missingOffer(offers, expectation, (prefix) => finder.covering(prefix, decisions));
}

/** A route as the peers of an expectation get it. */
interface Offer {
  readonly route: PlannedRoute;
  /** The peers the expectation is about: the one named, those of the template that can get the route, else all. */
  readonly asked: readonly PeerVerdict[];
  /** Those that are offered the route with the expected attributes. */
  readonly counting: readonly PeerVerdict[];
  readonly localAsOf: (peer: string) => number | undefined;
}

function createOffer(route: PlannedRoute, { to, attributes: expected }: Expectation, sessions: NodeSessions): Offer {
  const sessionOf = (peer: string) => sessions.peers.find(({ name }) => name === peer);
  const localAsOf = (peer: string) => sessionOf(peer)?.localAs;
  const family = route.prefix.includes(':') ? 'ipv6' : 'ipv4';
  const asked = route.peers.filter(({ peer, reason }) => {
    if (to === undefined) return true;
    if (to.kind === 'peer') return peer === to.name;
    // A template's peers may be spread over racks and families: one that could never get the route is not asked.
    const carries = sessionOf(peer)?.families.includes(family) ?? true;
    return to.peers.includes(peer) && reason !== 'peer-not-on-node' && carries;
  });
  const counting = asked.filter(
    ({ peer, attributes }) => attributes !== undefined && hasAttributes(attributes, expected, localAsOf(peer)),
  );
  return { route, asked, counting, localAsOf };
}

function unexpectedOffers(offers: readonly Offer[], { attributes }: Expectation): NodeFinding | undefined {
  const found = offers.filter(({ counting }) => counting.length > 0);
  if (found.length === 0) return undefined;
  const computed = found.map(({ route, counting }) => {
    const [first] = counting;
    const expected = attributesInWords(attributes);
    const peers = listNames(counting.map(({ peer }) => peer));
    return `${route.prefix} is offered to ${peers}${first === undefined || expected === '' ? '' : ` with ${expected}`}`;
  });
  return { computed, subjects: found.map(({ route }) => route.prefix) };
}

function missingOffer(
  offers: readonly Offer[],
  expectation: Expectation,
  coveringOf: (prefix: string) => PlannedRoute | undefined,
): NodeFinding | undefined {
  // Without a peer one that is offered the route is enough; a template means each of its peers.
  const isOffered = ({ asked, counting }: Offer): boolean =>
    counting.length > 0 && (expectation.to?.kind !== 'template' || counting.length === asked.length);
  if (offers.some(isOffered)) return undefined;
  const { subject } = expectation;
  if (offers.length > 0) {
    const computed = offers.flatMap((offer) => whyNot(offer, expectation));
    return { computed, subjects: offers.map(({ route }) => route.prefix) };
  }
  if (subject.kind === 'prefix') {
    return { computed: [notAdvertised(subject.prefix, coveringOf(subject.prefix))], subjects: [subject.prefix] };
  }
  return { computed: [`nothing in ${listNames(subject.prefixes, 'or')} is advertised`], subjects: subject.prefixes };
}

function notAdvertised(text: string, covering: PlannedRoute | undefined): string {
  const remark = covering === undefined ? '' : `; ${covering.prefix}, which covers it, is another prefix`;
  return `${text} is not advertised${remark}`;
}

function whyNot({ route, asked, counting, localAsOf }: Offer, { to, attributes }: Expectation): readonly string[] {
  const { prefix, peers } = route;
  if (to?.kind === 'template' && asked.length === 0) {
    return [`${prefix} is not offered to \`${to.name}\`: none of its peers that carry it runs here`];
  }
  const offered = asked.filter((verdict) => verdict.attributes !== undefined && !counting.includes(verdict));
  const differing = offered.flatMap(({ peer, attributes: wire }) =>
    wire === undefined
      ? []
      : [`${prefix} is offered to ${peer} ${differencesInWords(wire, attributes, localAsOf(peer))}`],
  );
  // Where any peer would do, those that get it with other attributes say more than those that do not get it.
  if (to === undefined) {
    if (differing.length > 0) return differing;
    return [
      peers.length === 0 ? `${prefix} is offered to nobody: there is no peer` : `${prefix} is offered to no peer`,
    ];
  }
  const refused = asked.filter(({ attributes: wire }) => wire === undefined);
  return [
    ...differing,
    ...refused.map(({ peer, reason }) => `${prefix} is not offered to ${peer}: ${REASONS[reason]}`),
  ];
}

const REASONS: Readonly<Record<PeerVerdict['reason'], string>> = {
  offered: 'it has no attributes',
  'peer-not-on-node': 'the peer does not run on this node',
  'value-missing': 'a value that the session needs is missing on this node',
  'same-neighbour': 'its session cannot be told from that of another peer on this node',
  'not-in-to': '`to` names other peers',
  'family-not-carried': 'the session does not carry this address family',
  'filter-rejected': 'its export filters reject it',
};
