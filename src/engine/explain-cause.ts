// The cause of every reason code, in the words of the policy language.

import { assertNever } from '../dsl/assert-never.ts';
import type { Contender } from './address-origins.ts';
import type { Claim } from './claim.ts';
import type { AdvertiseReason, WithholdReason } from './decision.ts';
import type { EngineState } from './engine-state.ts';
import { EXCLUDE_LABEL } from './node-table.ts';
import { requiredEndpoints } from './settings.ts';
import { countOf, listNames, withoutHostLength } from './wording.ts';

/** What is known where a cause is worded. */
export interface CauseContext {
  readonly state: EngineState;
  readonly node: string;
  readonly contender: Contender;
}

/** Why the claim has this result on the node, as a clause that follows `because`. */
export function causeOf(reason: AdvertiseReason | WithholdReason, context: CauseContext): string {
  const { claim } = context.contender;
  const range = `range \`${claim.range?.entry.range.name ?? ''}\``;
  switch (reason) {
    case 'node-excluded':
    case 'node-unknown':
      return nodeCause(context.state, context.node);
    case 'not-eligible':
      return notEligible(claim);
    case 'outside-ranges':
      return `no \`range\` of kind ${claim.addressKind} covers ${withoutHostLength(claim.prefix.text)}`;
    case 'not-for-service':
      return `${range} is for other services`;
    case 'prefix-excluded':
      return excludedPrefixCause(context);
    case 'service-excluded':
      return '`exclude services` names this service';
    case 'override-nothing':
      return 'a `service` block says `advertise nothing`';
    case 'covered-by-aggregate':
      return `${range} is aggregated, and the traffic policy is Cluster`;
    case 'node-not-selected':
      return '`from … where` does not select this node';
    case 'no-local-endpoint':
      return localEndpointCause(context);
    case 'no-endpoint':
      return `the route needs ${countOf(requiredEndpoints(claim.settings), 'usable endpoint')} in the cluster`;
    case 'node-limit':
      return limitCause(context);
    case 'local-endpoint':
      return 'the traffic policy is Local, and this node has a usable endpoint';
    case 'exact-override':
      return 'a `service` block asks for the exact route';
    case 'exact-annotation':
      return 'an annotation of the Service asks for the exact route, and this node has a usable endpoint';
    case 'single-address-range':
      return `${range} names this very address`;
    case 'exact-range':
      return `${range} is exact`;
    case 'aggregate':
    case 'aggregate-used':
    case 'aggregate-unused':
    case 'no-address':
      throw new Error(`${reason} is not the reason of an address`);
    default:
      return assertNever(reason);
  }
}

/** Why a node advertises no service address at all. */
export function nodeCause(state: EngineState, node: string): string {
  const standing = state.nodes.standing(node);
  if (standing.kind === 'excluded' && standing.reason === 'node-unknown') return 'the cluster has no such node';
  if (standing.kind === 'excluded' && standing.byLabel) return `label \`${EXCLUDE_LABEL}\` excludes this node`;
  return '`exclude nodes` matches this node';
}

function notEligible(claim: Claim): string {
  if (claim.service.type === 'ExternalName') return 'a service of type ExternalName advertises nothing';
  return 'a service without a cluster IP advertises nothing';
}

function excludedPrefixCause({ state, contender: { claim } }: CauseContext): string {
  const [excluded] = state.index.excluded.covering(claim.prefix);
  return excluded === undefined
    ? 'the address is in a hole that `except` makes, and no other range covers it'
    : `\`exclude prefixes\` names ${excluded.prefix.text}`;
}

function localEndpointCause({ state, contender: { claim } }: CauseContext): string {
  const localOnly = state.outcomes.get(claim.prefix.text)?.localOnly === true;
  if (localOnly && claim.trafficPolicy === 'Cluster') {
    return 'a Local service shares the address, so that only nodes that run it advertise it';
  }
  const count = requiredEndpoints(claim.settings);
  return `the route needs ${countOf(count, 'usable endpoint')} on this node`;
}

function limitCause({ state, contender: { claim } }: CauseContext): string {
  const chosen = state.outcomes.get(claim.prefix.text)?.chosen;
  const { count = 0, nodes = [] } = chosen ?? {};
  return `\`limit ${countOf(count, 'node')}\` chose ${listNames(nodes)}`;
}
