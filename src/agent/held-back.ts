// What `status` says of all that is held back: routes that wait, withdrawals that are kept, sessions that are not opened or
// wait for their turn. Each answer is the whole of its kind; nothing held back is an empty list.

import { type LeftOutPeer, whatIsWrong } from '../bgp/index.ts';
import type { FoundProblem } from './problems.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './session-restarts.ts';
import { count } from './table.ts';
import type { Unanswered } from './wait-gate.ts';

/** Routes that are not announced before a URL has answered. */
export function waitProblems(unanswered: readonly Unanswered[], routes: number): readonly FoundProblem[] {
  if (routes === 0) return [];
  return unanswered.map(({ url, reason }) => ({
    subject: url,
    code: 'waiting',
    message: `${count(routes, 'route')} not announced before ${url} has answered 200${reason === '' ? '' : `: ${reason}`}`,
  }));
}

/** What `guard` keeps from being withdrawn or announced; `isWithdrawn` says that it is withdrawn by a drain all the same. */
export function guardProblems(held: number, beyond: number, isWithdrawn: boolean): readonly FoundProblem[] {
  const stay = isWithdrawn
    ? 'these routes are withdrawn while the node is drained, and announced again afterwards'
    : 'these routes stay announced';
  const withdrawals = {
    subject: 'withdrawals',
    code: 'withdrawals-held',
    message: `${count(held, 'withdrawal')} held by \`max-withdraw\`: ${stay} until \`bellbird confirm\``,
  };
  const announcements = {
    subject: 'announcements',
    code: 'max-routes',
    message: `${count(beyond, 'route')} not announced: more than \`max-routes\` allows`,
  };
  return [...(held > 0 ? [withdrawals] : []), ...(beyond > 0 ? [announcements] : [])];
}

/**
 * Sessions that are not opened for want of a password, or go on without the one that the policy gives them now, and passwords
 * that are not as they should be.
 */
export function secretProblems(
  secrets: Secrets,
  withoutPassword: readonly LeftOutPeer[],
  kept: ReadonlySet<string>,
): readonly FoundProblem[] {
  const { warnings } = secrets;
  const leftOut = withoutPassword.filter(({ peer }) => !kept.has(peer));
  const missing = secrets.missing.filter(({ peer }) => !kept.has(peer));
  // Of one that is missing `missing` says where it was looked for.
  const unusable = leftOut.filter(({ reason }) => reason !== 'password-missing');
  return [
    ...withoutPassword.filter(({ peer }) => kept.has(peer)).map((left) => keptProblem(left, secrets)),
    ...unusable.map((left) => ({
      subject: left.peer,
      code: left.reason,
      message: `peer \`${left.peer}\`: its session is not opened: its password ${whatIsWrong(left)}`,
    })),
    ...missing.map(({ peer, code, message }) => ({
      subject: peer,
      code,
      message: `peer \`${peer}\`: its session is not opened: ${message}`,
    })),
    ...warnings.map(({ peer, code, message }) => ({
      subject: peer,
      code,
      message: `peer \`${peer}\`: ${message}`,
    })),
  ];
}

function keptProblem(left: LeftOutPeer, { missing }: Secrets): FoundProblem {
  const { peer, reason } = left;
  const unread = reason === 'password-missing' ? 'its password is not read yet' : `its password ${whatIsWrong(left)}`;
  const why = missing.find((problem) => problem.peer === peer)?.message ?? unread;
  return {
    subject: peer,
    code: 'password-kept',
    message: `peer \`${peer}\`: ${why}; its session goes on as it was before the policy changed`,
  };
}

/** Sessions that wait for their turn to be restarted, and those that did not come back. */
export function turnProblems({
  waiting,
  current,
  lost,
}: Pick<Stage, 'waiting' | 'current' | 'lost'>): readonly FoundProblem[] {
  const gone = lost.map((peer) => ({
    subject: peer,
    code: 'session-lost',
    message: `the session with \`${peer}\` was restarted and did not come back within its hold time; the next one is restarted all the same`,
  }));
  if (waiting.length === 0) return gone;
  const names = waiting.map((peer) => `\`${peer}\``).join(', ');
  const message = `${count(waiting.length, 'session')} to be restarted one at a time: ${names} after \`${current}\``;
  return [...gone, { subject: 'sessions', code: 'restart-waiting', message }];
}
