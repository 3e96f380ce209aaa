import type { ExplanationEntry } from './explanation.ts';

/** Orders the entries of one prefix: first where it is advertised, last the nodes that advertise nothing at all. */
export function compareAnswers(a: ExplanationEntry, b: ExplanationEntry): number {
  return rankOf(a) - rankOf(b);
}

/** True if the node decided, whatever the address. */
export function isNodeReason(reason: ExplanationEntry['reason']): boolean {
  return reason === 'node-excluded' || reason === 'node-unknown';
}

function rankOf({ answer, reason }: ExplanationEntry): number {
  if (isNodeReason(reason)) return 2;
  return answer === 'advertised' ? 0 : 1;
}
