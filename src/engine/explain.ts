// Answers "why is this, or is this not, advertised?" for a service, an address or a prefix.
// In: the state of the engine and the routes of each node. Out: an Explanation, plain data.

import { renderPlace } from '../dsl/place.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes, containsPrefix, isSingleAddress, parsePrefix } from '../dsl/prefix.ts';
import { quoteForeign } from '../dsl/printable.ts';
import { evaluateClaimOnNode } from './address-on-node.ts';
import type { Contenders } from './address-origins.ts';
import type { AddressOutcome } from './address-outcome.ts';
import { compareClaims } from './address-outcome.ts';
import { isEligible } from './addresses.ts';
import type { Claim } from './claim.ts';
import { isValid } from './claim.ts';
import type { WithholdReason } from './decision.ts';
import type { EngineState } from './engine-state.ts';
import { explainAggregate } from './explain-aggregate.ts';
import { compareAnswers, isNodeReason } from './explain-answers.ts';
import { causeOf } from './explain-cause.ts';
import { changesOf } from './explain-changes.ts';
import type { ExplainContext } from './explain-context.ts';
import { factsOf, nodeFacts } from './explain-facts.ts';
import { explainPeers } from './explain-peers.ts';
import type { ExplainQuery, Explanation, ExplanationEntry, NothingFound } from './explanation.ts';
import type { ObjectKey, Service } from './objects.ts';
import { listNames, withoutHostLength } from './wording.ts';

/** Explains the subject for these nodes. */
export function explain(query: ExplainQuery, context: ExplainContext): Explanation | NothingFound {
  const { subject } = query;
  const prefix = parsePrefix(subject);
  if (query.peer !== undefined && !context.state.index.policy.peers.some((peer) => peer.name === query.peer)) {
    return { kind: 'nothing-found', subject, message: `the policy has no peer \`${query.peer}\`` };
  }
  const entries = prefix === undefined ? explainService(subject, context) : explainPrefix(prefix, context);
  if (entries.length > 0) return { kind: 'explanation', subject, entries: joinNodes(entries) };
  const message = prefix === undefined ? serviceNotFound(subject, context) : prefixNotFound(prefix, context);
  return { kind: 'nothing-found', subject, message };
}

function explainService(key: ObjectKey, context: ExplainContext): readonly ExplanationEntry[] {
  const { services } = context.state;
  const service = services.services.get(key);
  if (service === undefined) return [];
  const claims = services.claimsOf(key).toSorted((a, b) => compareClaims(a, b) || comparePrefixes(a.prefix, b.prefix));
  const skipped = services.skippedOf(key).map(({ addressKind, why }) => ({
    ...withoutAddress(key, context.nodes),
    kind: addressKind,
    reason: 'no-address' as const,
    because: `an entry gives no address: ${why}`,
  }));
  if (claims.length + skipped.length > 0)
    return [...claims.flatMap((claim) => explainClaim(claim, context)), ...skipped];
  return [{ ...withoutAddress(key, context.nodes), because: nothingToAdvertise(service) }];
}

function explainPrefix(prefix: Prefix, context: ExplainContext): readonly ExplanationEntry[] {
  const { aggregates } = context.state;
  const related = [...aggregates.prefixes()]
    .filter((aggregate) => containsPrefix(aggregate, prefix) || containsPrefix(prefix, aggregate))
    .sort(comparePrefixes)
    .flatMap((aggregate) => explainAggregate(aggregate, context));
  const inside = claimsIn(prefix, context.state).flatMap((claim) => explainClaim(claim, context));
  // Of an address, the services that hold it are asked about; of an aggregate, not every service inside.
  if (isSingleAddress(prefix)) return [...inside, ...related];
  return aggregates.state(prefix.text) === undefined ? [...related, ...inside] : explainAggregate(prefix, context);
}

function claimsIn(prefix: Prefix, { services }: EngineState): readonly Claim[] {
  if (isSingleAddress(prefix)) return services.contenders(prefix.text).map(({ claim }) => claim);
  return [...services.addresses()]
    .flatMap((address) => services.contenders(address).map(({ claim }) => claim))
    .filter((claim) => containsPrefix(prefix, claim.prefix))
    .sort((a, b) => comparePrefixes(a.prefix, b.prefix));
}

function explainClaim(claim: Claim, context: ExplainContext): readonly ExplanationEntry[] {
  const { state } = context;
  const contenders = state.services.contenders(claim.prefix.text);
  const outcome = state.outcomes.get(claim.prefix.text);
  if (outcome === undefined) return [];
  const entries = context.nodes.map((node) => explainOnNode(claim, contenders, outcome, node, context));
  return entries.sort(compareAnswers);
}

function explainOnNode(
  claim: Claim,
  contenders: Contenders,
  outcome: AddressOutcome,
  node: string,
  context: ExplainContext,
): ExplanationEntry {
  const { state } = context;
  const contender = contenders.find((known) => known.claim === claim);
  if (contender === undefined) throw new Error(`${claim.key} does not hold ${claim.prefix.text}`);
  const result = evaluateClaimOnNode(contender, outcome, node, state.nodes);
  const route = context.routeOf(node, claim.prefix.text);
  const isAdvertised = result.kind === 'justified' || (route?.aggregate === false && isValid(claim));
  const covered = result.reason === 'covered-by-aggregate';
  return {
    prefix: claim.prefix.text,
    kind: claim.addressKind,
    service: claim.key,
    answer: isAdvertised ? 'advertised' : covered ? 'covered' : 'withheld',
    nodes: [node],
    reason: result.reason,
    because:
      isAdvertised && result.kind === 'withheld'
        ? `another service that holds the address justifies the route`
        : causeOf(result.reason, { state, node, contender }),
    at: WITHOUT_STATEMENT.has(result.reason) ? null : renderPlace(result.at),
    facts: isNodeReason(result.reason) ? nodeFacts(state, node) : factsOf(state, contender, contenders),
    changes: isAdvertised && result.kind === 'withheld' ? [] : changesOf(result.reason, state, node, contender),
    peers: isAdvertised && route !== undefined ? explainPeers(route, state, context.peer) : [],
  };
}

const WITHOUT_STATEMENT: ReadonlySet<string> = new Set<WithholdReason>([
  'node-unknown',
  'not-eligible',
  'no-address',
  'outside-ranges',
]);

function nothingToAdvertise(service: Service): string {
  if (service.type === 'ExternalName') return 'a service of type ExternalName advertises nothing';
  return isEligible(service) ? 'the service has no address' : 'a service without a cluster IP advertises nothing';
}

function withoutAddress(key: ObjectKey, nodes: readonly string[]): ExplanationEntry {
  return {
    prefix: null,
    kind: null,
    service: key,
    answer: 'withheld',
    nodes,
    reason: 'not-eligible',
    because: '',
    at: null,
    facts: [],
    changes: [],
    peers: [],
  };
}

// Nodes with the same answer for the same causes are told about once.
function joinNodes(entries: readonly ExplanationEntry[]): readonly ExplanationEntry[] {
  const joined = new Map<string, ExplanationEntry>();
  for (const entry of entries) {
    const key = JSON.stringify({ ...entry, nodes: undefined });
    const known = joined.get(key);
    joined.set(key, known === undefined ? entry : { ...known, nodes: [...new Set([...known.nodes, ...entry.nodes])] });
  }
  return [...joined.values()].map((entry) => ({
    ...entry,
    changes: entry.changes.map((text) => text.replace('on this node', `on ${listNames(entry.nodes, 'or')}`)),
  }));
}

function serviceNotFound(subject: string, { state }: ExplainContext): string {
  const name = subject.slice(subject.indexOf('/') + 1);
  const namesakes = [...state.services.services.values()].filter((service) => service.name === name);
  const [first] = namesakes.map((service) => `${service.namespace}/${service.name}`).sort();
  const hint = first === undefined ? '' : `; there is \`${first}\``;
  // Neither part of an object key has other characters, and a namespace has no dot.
  if (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(subject)) return `the cluster has no service \`${subject}\`${hint}`;
  return `${quoteForeign(subject)} is no service (\`namespace/name\`), no address and no prefix without host bits${hint}`;
}

function prefixNotFound(prefix: Prefix, { state }: ExplainContext): string {
  const what = isSingleAddress(prefix)
    ? `no service holds ${withoutHostLength(prefix.text)}`
    : `nothing is in ${prefix.text}`;
  const ranges = state.index.ranges.filter(({ prefixes }) => prefixes.some((known) => containsPrefix(known, prefix)));
  const [first] = ranges;
  if (first === undefined) return `${what}, and no \`range\` covers it`;
  return `${what}; range \`${first.range.name}\` at ${renderPlace(first.range.at)} covers it`;
}
