// Expected trouble of the agent with its surroundings: what is wrong, and what to do about it.

import type { BirdErrorCode } from '../bgp/index.ts';

/** A reason not to start or not to go on, in words for the operator. */
export interface Refusal {
  /** Kebab-case and stable. */
  readonly code: RefusalCode;
  /** One clause: what is wrong. */
  readonly message: string;
  /** An instruction. */
  readonly help: string;
}

export type RefusalCode =
  | BirdErrorCode
  | 'address-not-here'
  | 'agent-running'
  | 'bird-failed'
  | 'bird-missing'
  | 'cluster-unreadable'
  | 'kernel-not-allowed'
  | 'no-agent'
  | 'no-policy'
  | 'not-a-socket'
  | 'not-yet-supported'
  | 'nothing-found'
  | 'port-in-use'
  | 'port-not-allowed'
  | 'unknown-node';

/** `error[port-in-use]: …` and the help line, as every command prints it. */
export function renderRefusal({ code, message, help }: Refusal): string {
  return `error[${code}]: ${message}\nhelp: ${help}\n`;
}
