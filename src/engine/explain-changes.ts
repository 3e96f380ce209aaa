// What would change the answer: one instruction that an operator can carry out, or nothing where there is none.

import { assertNever } from '../dsl/assert-never.ts';
import type { Contender } from './address-origins.ts';
import type { Claim } from './claim.ts';
import { ruleOf } from './claim.ts';
import type { AdvertiseReason, WithholdReason } from './decision.ts';
import { usableInCluster, usableOnNode } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { limitPool } from './node-limit.ts';
import { EXCLUDE_LABEL } from './node-table.ts';
import type { Candidate } from './rendezvous.ts';
import { rankedNodes } from './rendezvous.ts';
import { requiredEndpoints } from './settings.ts';
import { countOf, listNames, withoutHostLength } from './wording.ts';

/** What would change the result of the claim on the node. */
export function changesOf(
  reason: AdvertiseReason | WithholdReason,
  state: EngineState,
  node: string,
  contender: Contender,
): readonly string[] {
  const { claim } = contender;
  const prefix = claim.prefix.text;
  const address = withoutHostLength(prefix);
  switch (reason) {
    case 'node-excluded':
      return [nodeChange(state, node)];
    case 'not-eligible':
      return [];
    case 'outside-ranges':
      return [`\`range NAME ${claim.addressKind} ${prefix}\` would allow it`];
    case 'not-for-service':
      return [`\`for ${claim.key}\` in the range would allow it`];
    case 'prefix-excluded':
    case 'service-excluded':
      return ['without the exclusion its range would decide'];
    case 'override-nothing':
      return ['a later block with `advertise default` would take it back'];
    case 'covered-by-aggregate':
      return [`\`service ${claim.key} { advertise exact }\` would advertise ${prefix} as well`];
    case 'node-not-selected':
      return ['a node that the condition selects would advertise it'];
    case 'no-local-endpoint':
      return [localChange(state, node, contender)];
    case 'no-endpoint':
      return [clusterChange(state, contender)];
    case 'node-limit':
      return [limitChange(state, node, claim)];
    case 'local-endpoint':
    case 'exact-override':
    case 'exact-annotation':
    case 'single-address-range':
    case 'exact-range':
      return [`\`exclude prefixes ${address}\` would withdraw it everywhere`];
    case 'node-unknown':
    case 'aggregate':
    case 'aggregate-used':
    case 'aggregate-unused':
    case 'no-address':
      return [];
    default:
      return assertNever(reason);
  }
}

/** What would let an excluded node advertise. */
export function nodeChange(state: EngineState, node: string): string {
  const standing = state.nodes.standing(node);
  return standing.kind === 'excluded' && standing.byLabel
    ? `without the label \`${EXCLUDE_LABEL}\` the node would advertise`
    : 'without the exclusion the node would advertise';
}

function localChange(state: EngineState, node: string, { claim, endpoints }: Contender): string {
  const { last = false, localOnly = false } = state.outcomes.get(claim.prefix.text) ?? {};
  if (localOnly && claim.trafficPolicy === 'Cluster') {
    return `1 ready endpoint of ${localServices(state, claim)} on this node would advertise ${claim.prefix.text}`;
  }
  const usable = usableOnNode(endpoints, node, ruleOf(claim), last);
  const missing = requiredEndpoints(claim.settings) - usable;
  return `${readyEndpoints(missing, usable)} on this node would advertise ${claim.prefix.text}`;
}

function localServices(state: EngineState, { prefix }: Claim): string {
  const claims = state.services.contenders(prefix.text).map(({ claim }) => claim);
  const local = claims.filter((claim) => claim.verdict.kind === 'exact' && claim.trafficPolicy === 'Local');
  return listNames(
    local.map((claim) => claim.key),
    'or',
  );
}

function clusterChange(state: EngineState, { claim, endpoints }: Contender): string {
  const last = state.outcomes.get(claim.prefix.text)?.last ?? false;
  const usable = usableInCluster(endpoints, ruleOf(claim), last);
  const missing = requiredEndpoints(claim.settings) - usable;
  return `${readyEndpoints(missing, usable)} anywhere would advertise ${claim.prefix.text}`;
}

function readyEndpoints(missing: number, usable: number): string {
  return `${missing}${usable > 0 ? ' more' : ''} ready endpoint${missing === 1 ? '' : 's'}`;
}

function limitChange(state: EngineState, node: string, { prefix }: Claim): string {
  const outcome = state.outcomes.get(prefix.text);
  const isNode = ({ name }: Candidate): boolean => name === node;
  const pool = outcome && limitPool(state.services.contenders(prefix.text), outcome, state.nodes);
  if (pool?.able.some(isNode) !== true) {
    return 'a peer on this node that may have the route would let it be chosen';
  }
  if (!pool.preferred.some(isNode)) return 'once the node is Ready it can be chosen';
  const place = rankedNodes(pool.preferred, prefix.text).indexOf(node) + 1;
  return `\`limit ${countOf(place, 'node')}\` would choose this node as well`;
}
