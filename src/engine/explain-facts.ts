// The facts a decision about a service address rests on, each with the object or statement it was read from.

import { renderPlace } from '../dsl/place.ts';
import type { Range } from '../dsl/policy.ts';
import { comparePrefixes, containsPrefix } from '../dsl/prefix.ts';
import type { Contender, Contenders } from './address-origins.ts';
import type { Claim } from './claim.ts';
import { ADVERTISE_CLUSTER_IP_ANNOTATION, isValid, ruleOf } from './claim.ts';
import type { Fact } from './decision.ts';
import { type EndpointCounts, NO_COUNTS, type NodeCounts } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { EXCLUDE_LABEL } from './node-table.ts';
import { objectKey } from './objects.ts';
import { countOf, kindInWords, listNames, withoutHostLength } from './wording.ts';

/** Facts about the claim; the same on every node, so that nodes with one answer share an explanation. */
export function factsOf(state: EngineState, contender: Contender, all: Contenders): readonly Fact[] {
  const { claim } = contender;
  return [
    addressFact(claim),
    ...policyFacts(claim),
    ...rangeFacts(claim),
    ...endpointFacts(state, contender),
    ...limitFacts(state, claim),
    ...sharingFacts(claim, all),
    ...aggregateFacts(state, claim),
  ];
}

/** Facts about a node that advertises nothing. */
export function nodeFacts(state: EngineState, node: string): readonly Fact[] {
  const standing = state.nodes.standing(node);
  if (standing.kind === 'eligible' || !standing.byLabel) return [];
  const value = state.nodes.nodes.get(node)?.labels[EXCLUDE_LABEL] ?? '';
  return [{ text: `label ${EXCLUDE_LABEL} is "${value}"`, source: `Node ${node}` }];
}

function addressFact({ service, key, prefix, addressKind }: Claim): Fact {
  const text = `${withoutHostLength(prefix.text)} is ${kindInWords(addressKind)}, type ${service.type}`;
  return { text, source: `Service ${key}` };
}

function policyFacts({ service, key, addressKind, settings }: Claim): readonly Fact[] {
  const source = `Service ${key}`;
  const facts: Fact[] = [];
  if (addressKind !== 'cluster-ip' || service.type !== 'ClusterIP') {
    facts.push({ text: `externalTrafficPolicy is ${service.externalTrafficPolicy}`, source });
  }
  if (addressKind === 'cluster-ip') {
    facts.push({ text: `internalTrafficPolicy is ${service.internalTrafficPolicy}`, source });
    const annotation = service.annotations[ADVERTISE_CLUSTER_IP_ANNOTATION];
    if (annotation !== undefined) {
      facts.push({ text: `${ADVERTISE_CLUSTER_IP_ANNOTATION} is ${annotation}`, source });
    }
  }
  const { require, endpoints, advertiseDelay } = settings;
  if (require !== undefined) {
    facts.push({ text: `require is ${countOf(require.count, 'endpoint')}`, source: renderPlace(require.at) });
  }
  if (endpoints !== undefined)
    facts.push({ text: `endpoints is ${endpoints.rule}`, source: renderPlace(endpoints.at) });
  if (advertiseDelay !== undefined) {
    const text = `advertise-delay is ${advertiseDelay.delayMs / 1000} s`;
    facts.push({ text, source: renderPlace(advertiseDelay.at) });
  }
  return facts;
}

function rangeFacts({ range }: Claim): readonly Fact[] {
  if (range === undefined) return [];
  const { name, at, mode } = range.entry.range;
  return [
    { text: `range \`${name}\` covers it with ${range.prefix.text}, ${modeInWords(mode)}`, source: renderPlace(at) },
  ];
}

function modeInWords(mode: Range['mode']): string {
  if (mode.kind === 'exact') return 'exact';
  return mode.whenUsed ? 'aggregate when used' : 'aggregate';
}

function endpointFacts(state: EngineState, { claim, endpoints }: Contender): readonly Fact[] {
  const addressType = claim.prefix.family === 'ipv4' ? 'IPv4' : 'IPv6';
  const slices = state.services
    .slicesOf(claim.key)
    .filter((slice) => slice.addressType === addressType)
    .map(objectKey)
    .sort();
  if (slices.length === 0) {
    return [{ text: `no EndpointSlice for ${claim.prefix.family}`, source: `Service ${claim.key}` }];
  }
  const source = `EndpointSlice ${listNames(slices)}`;
  const facts = [{ text: placed('ready endpoint', endpoints.nodes, endpoints.cluster, ({ ready }) => ready), source }];
  const terminating = ({ readyOrTerminating, ready }: EndpointCounts): number => readyOrTerminating - ready;
  if (ruleOf(claim) === 'ready-or-last' && terminating(endpoints.cluster) > 0) {
    const text = placed('terminating endpoint', endpoints.nodes, endpoints.cluster, terminating);
    facts.push({ text: `${text}${countedInWords(state, claim)}`, source });
  }
  const serving = ({ serving: all, ready }: EndpointCounts): number => all - ready;
  if (ruleOf(claim) === 'serving' && serving(endpoints.cluster) > 0) {
    facts.push({
      text: `${placed('serving endpoint', endpoints.nodes, endpoints.cluster, serving)}, not ready`,
      source,
    });
  }
  return facts;
}

// Terminating endpoints are asked only for addresses that may have an exact route.
function countedInWords(state: EngineState, { verdict, prefix }: Claim): string {
  if (verdict.kind !== 'exact') return '';
  const isLast = state.outcomes.get(prefix.text)?.last === true;
  return isLast ? ': counted, as ready ones alone give no origin' : ': not counted, as ready ones give an origin';
}

function placed(
  noun: string,
  nodes: NodeCounts,
  cluster: EndpointCounts,
  count: (counts: EndpointCounts) => number,
): string {
  const names = [...nodes.keys()].filter((name) => count(nodes.get(name) ?? NO_COUNTS) > 0).sort();
  const where = names.length === 0 ? '' : `, on ${listNames(names)}`;
  return `${countOf(count(cluster), noun)}${where}`;
}

function limitFacts(state: EngineState, { prefix }: Claim): readonly Fact[] {
  const chosen = state.outcomes.get(prefix.text)?.chosen;
  if (chosen === undefined) return [];
  return [
    { text: `limit is ${countOf(chosen.count, 'node')}: ${listNames(chosen.nodes)}`, source: renderPlace(chosen.at) },
  ];
}

function sharingFacts(claim: Claim, all: Contenders): readonly Fact[] {
  const others = all.map((other) => other.claim).filter((other) => other.key !== claim.key && isValid(other));
  return others.map((other) => ({
    text: `the address is also ${kindInWords(other.addressKind)} of ${other.key}, ${other.trafficPolicy}`,
    source: `Service ${other.key}`,
  }));
}

// Whatever becomes of the exact route, traffic follows an aggregate that covers the address.
function aggregateFacts(state: EngineState, { prefix }: Claim): readonly Fact[] {
  return [...state.aggregates.prefixes()]
    .filter((aggregate) => containsPrefix(aggregate, prefix))
    .toSorted(comparePrefixes)
    .flatMap((aggregate) => {
      const current = state.aggregates.state(aggregate.text);
      if (current?.kind !== 'advertised') return [];
      const text = `${aggregate.text} is advertised and covers the address`;
      return [{ text, source: renderPlace(current.route.at) }];
    });
}
