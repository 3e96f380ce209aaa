import { renderPlace } from '../dsl/place.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { containsPrefix } from '../dsl/prefix.ts';
import { isInUse } from './address-outcome.ts';
import type { Fact } from './decision.ts';
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
  const { addressKind, range, at } = aggregate.kind === 'unused' ? aggregate.withheld : aggregate.route;
  const standing = state.nodes.standing(node);
  const base = {
    prefix: prefix.text,
    kind: addressKind,
    service: null,
    nodes: [node],
    facts: [...useFacts(prefix, state), ...nodeFacts(state, node)],
  };
  if (aggregate.kind === 'unused') {
    const because = `range \`${range}\` is aggregated when used, and no service with a usable endpoint uses this prefix`;
    const changes = [`1 ready endpoint of a service with an address in ${prefix.text} would advertise it`];
    return {
      ...base,
      answer: 'withheld',
      reason: 'aggregate-unused',
      because,
      at: renderPlace(at),
      changes,
      peers: [],
    };
  }
  if (standing.kind === 'excluded') {
    const isUnknown = standing.reason === 'node-unknown';
    return {
      ...base,
      answer: 'withheld',
      reason: standing.reason,
      because: nodeCause(state, node),
      at: isUnknown ? null : renderPlace(standing.at),
      changes: isUnknown ? [] : [nodeChange(state, node)],
      peers: [],
    };
  }
  const isUsed = aggregate.route.reason === 'aggregate-used';
  const route = context.routeOf(node, prefix.text);
  return {
    ...base,
    answer: 'advertised',
    reason: aggregate.route.reason,
    because: `range \`${range}\` is aggregated${isUsed ? ', and a service uses this prefix' : ''}`,
    at: renderPlace(at),
    changes: [`\`exclude prefixes ${prefix.text}\` would withdraw it everywhere`],
    peers: route === undefined ? [] : explainPeers(route, state, context.peer),
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
