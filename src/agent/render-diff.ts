// A difference of policies as text: `+` and `-` before routes that come and go, `~` before those that change.

import { LISTEN } from '../bgp/index.ts';
import type { PlanRoute } from '../engine/index.ts';
import type { NodeDiff, PolicyDiff } from './diff-policies.ts';
import { renderAttributes } from './render-plan.ts';
import { count } from './table.ts';

/** Renders the difference; one line says so where there is none. */
export function renderDiff(diff: PolicyDiff): string {
  if (diff.nodes.length === 0) return 'no difference\n';
  return diff.nodes.map(renderNode).join('\n');
}

const AT_ONCE = 'they restart at once for another socket, and peers drop the routes of the node until they are back';
const REPLACED =
  'BIRD is replaced for it: all sessions restart at once, and peers with graceful restart keep the routes';

function renderNode({ name, added, removed, changed, replacesBird, restarts }: NodeDiff): string {
  const numbers = [
    `${count(added.length, 'route')} added`,
    `${removed.length} removed`,
    `${changed.length} changed`,
    `${count(restarts.length, 'session')} would restart`,
  ];
  const lines = [
    `${name}: ${numbers.join(', ')}`,
    ...added.map((route) => `  + ${describeRoute(route)}`),
    ...removed.map((route) => `  - ${describeRoute(route)}`),
    ...changed.flatMap(({ before, after }) => [`  ~ ${describeRoute(before)}`, `    now ${describeRoute(after)}`]),
    ...restarts.map(({ peer, why }) => `  ! the session with ${peer} restarts: ${why.join(', ')}`),
    ...describeSocket(replacesBird, restarts),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What another socket does to all sessions at once. */
function describeSocket(replacesBird: boolean, restarts: NodeDiff['restarts']): readonly string[] {
  if (replacesBird) return [`  ! ${REPLACED}`];
  return restarts.some(({ why }) => why.includes(LISTEN)) ? [`  ! ${AT_ONCE}`] : [];
}

/** `198.51.100.10/32 shop/checkout (exact-range) to tor-a (med 50), tor-b`. */
function describeRoute({ prefix, service, range, reason, peers }: PlanRoute): string {
  const offered = peers.map((peer) => {
    const attributes = renderAttributes(peer);
    return attributes === '' ? peer.peer : `${peer.peer} (${attributes})`;
  });
  const to = offered.length === 0 ? 'no peer' : offered.join(', ');
  return `${prefix} ${service ?? `range ${range}`} (${reason}) to ${to}`;
}
