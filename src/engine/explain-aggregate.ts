import { renderPlace } from '../dsl/place.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { containsPrefix } from '../dsl/prefix.ts';
import type { UnjudgedRoute } from './address-on-node.ts';
import { isInUse } from './address-outcome.ts';
import type { Fact, WithheldRoute } from './decision.ts';
import type { EngineState } from './engine-state.ts';
import { compareAnswers } from './explain-answers.ts';
import { nodeCause } from './explain-cause.ts';
import { nodeChange } from './explain-changes.ts';
import type { ExplainContext } from './explain-context.ts';
import { nodeFacts } from './explain-facts.ts';
import { explainPeers } from './explain-peers.ts';
import type { ExplanationEntry } from './explanation.ts';
import { countOf, listNames } from './wording.ts';

/** Why an aggregate is, or is not, advertised on each node. */
export function explainAggregate(prefix: Prefix, context: ExplainContext): readonly ExplanationEntry[] {
  return context.nodes.flatMap((node) => explainOnNode(prefix, node, context) ?? []).sort(compareAnswers);
}

function explainOnNode(prefix: Prefix, node: string, context: ExplainContext): ExplanationEntry | undefined {
  const { state } = context;
  const aggregate = state.aggregates.state(prefix.text);
  if (aggregate === undefined) return undefined;
  const { addressKind } = aggregate.kind === 'unused' ? aggregate.withheld : aggregate.route;
  const facts = [...useFacts(prefix, state), ...nodeFacts(state, node)];
  const cause =
    aggregate.kind === 'unused'
      ? unusedCause(aggregate.withheld)
      : (excludedCause(state, node) ?? advertisedCause(aggregate.route, node, context));
  return { prefix: prefix.text, kind: addressKind, service: null, nodes: [node], facts, ...cause };
}

type Cause = Omit<ExplanationEntry, 'prefix' | 'kind' | 'service' | 'nodes' | 'facts'>;

function unusedCause({ prefix, range, at }: WithheldRoute): Cause {
  return {
    answer: 'withheld',
    reason: 'aggregate-unused',
    because: `range \`${range}\` is aggregated when used, and no service with a usable endpoint uses this prefix`,
    at: renderPlace(at),
    changes: [`1 ready endpoint of a service with an address in ${prefix} would advertise it`],
    peers: [],
  };
}

function excludedCause(state: EngineState, node: string): Cause | undefined {
  const standing = state.nodes.standing(node);
  if (standing.kind === 'eligible') return undefined;
  const isUnknown = standing.reason === 'node-unknown';
  return {
    answer: 'withheld',
    reason: standing.reason,
    because: nodeCause(state, node),
    at: isUnknown ? null : renderPlace(standing.at),
    changes: isUnknown ? [] : [nodeChange(state, node)],
    peers: [],
  };
}

function advertisedCause(unjudged: UnjudgedRoute, node: string, { state, routeOf, peer }: ExplainContext): Cause {
  const route = routeOf(node, unjudged.prefix);
  const isUsed = unjudged.reason === 'aggregate-used';
  return {
    answer: 'advertised',
    reason: unjudged.reason,
    because: `range \`${unjudged.range}\` is aggregated${isUsed ? ', and a service uses this prefix' : ''}`,
    at: renderPlace(unjudged.at),
    changes: [`\`exclude prefixes ${unjudged.prefix}\` would withdraw it everywhere`],
    peers: route === undefined ? [] : explainPeers(route, state, peer),
  };
}

function useFacts(prefix: Prefix, state: EngineState): readonly Fact[] {
  const users = new Set<string>();
  for (const address of state.services.addresses()) {
    for (const contender of state.services.contenders(address)) {
      if (containsPrefix(prefix, contender.claim.prefix) && isInUse(contender)) users.add(contender.claim.key);
    }
  }
  const names = [...users].sort();
  const text = `${countOf(names.length, 'service')} with a usable endpoint inside${names.length === 0 ? '' : `: ${listNames(names)}`}`;
  return [{ text, source: 'Services and EndpointSlices' }];
}
