// What a policy does in the node's kernel takes a capability. Without it BIRD would only log a line, which nobody sees.

import type { DesiredSpeaker } from '../engine/index.ts';
import type { FoundProblem } from './problems.ts';
import type { Refusal } from './refusal.ts';

/** Whether processes have CAP_NET_ADMIN; undefined where the kernel does not say. */
export interface KernelAccess {
  readonly agent: boolean | undefined;
  readonly bird: boolean | undefined;
}

const HELP =
  'give it with `AmbientCapabilities=CAP_NET_ADMIN` (systemd) or `capabilities.add: [NET_ADMIN]` (Kubernetes), as `bellbird generate` does for such a policy, or leave the setting out';

/** The settings of a speaker that change the kernel, as they are written. */
export function kernelSettings({ installRoutes, loopProtection }: DesiredSpeaker): readonly string[] {
  return [
    ...(installRoutes === undefined ? [] : ['install routes']),
    ...(loopProtection === undefined ? [] : [`loop-protection ${loopProtection.action}`]),
  ];
}

/** Why an agent with this access is not to start; undefined if it may. */
export function refuseKernelAccess(speaker: DesiredSpeaker, agent: KernelAccess['agent']): Refusal | undefined {
  const settings = kernelSettings(speaker);
  if (settings.length === 0 || agent !== false) return undefined;
  return { code: 'kernel-not-allowed', message: `${needs(settings)} the capability CAP_NET_ADMIN`, help: HELP };
}

/** What is wrong with the access of a running agent and its BIRD. */
export function kernelAccessProblems(speaker: DesiredSpeaker, access: KernelAccess): readonly FoundProblem[] {
  const settings = kernelSettings(speaker);
  if (settings.length === 0 || (access.agent !== false && access.bird !== false)) return [];
  const who = access.agent === false ? 'the agent' : 'BIRD';
  const message = `${needs(settings)} the capability CAP_NET_ADMIN, which ${who} lacks; ${HELP}`;
  return [{ subject: 'capability', code: 'kernel-not-allowed', message }];
}

/** Whether a BIRD from before the agent had the capability should make room for one that has it. */
export function needsAnotherBird(speaker: DesiredSpeaker, { agent, bird }: KernelAccess): boolean {
  return kernelSettings(speaker).length > 0 && agent === true && bird === false;
}

function needs(settings: readonly string[]): string {
  return `${settings.map((setting) => `\`${setting}\``).join(' and ')} ${settings.length === 1 ? 'needs' : 'need'}`;
}
