// What an agent does in the kernel of its node, besides what BIRD writes there: the rules of `loop-protection`, and a look
// at the capabilities that both need.

import { type Bird, loopTables } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import type { DesiredSpeaker, DesiredState } from '../engine/index.ts';
import type { AgentView } from './agent-view.ts';
import { hasOneOf } from './capabilities.ts';
import { type KernelAccess, kernelAccessProblems, needsAnotherBird, refuseKernelAccess } from './kernel-access.ts';
import { createLoopRules, type RunIp, runSystemIp } from './loop-rules.ts';
import type { FoundProblem } from './problems.ts';
import type { Refusal } from './refusal.ts';

/** The kernel of the node, for one agent. */
export interface NodeKernel {
  /** Follows a state that BIRD has taken. */
  follow(desired: DesiredState): void;
  /** Looks whether agent and BIRD may do what the policy wants; a BIRD that may not is replaced, once. */
  look(): void;
  /** Takes away what the agent made, or leaves it as it is; resolves with why something that should go stays. */
  leave(options: { readonly withdraw: boolean }): Promise<string | undefined>;
}

/** What an agent does in the kernel works with these. */
export interface NodeKernelOptions {
  readonly bird: Pick<Bird, 'pid' | 'restart' | 'state'>;
  readonly clock: Clock;
  readonly view: () => Pick<AgentView, 'applied' | 'problems'>;
  /** Absent: the `ip` of this machine. */
  readonly runIp?: RunIp;
}

/** Has done nothing yet. */
export function createNodeKernel({ bird, clock, view, runIp = runSystemIp }: NodeKernelOptions): NodeKernel {
  const rules = createLoopRules({
    clock,
    runIp,
    onLook: (failure) => view().problems.set('loop-rules', failure === undefined ? [] : [loopProblem(failure)]),
  });
  let wasReplaced = false;
  return {
    follow: (desired) => {
      const tables = loopTables(desired);
      // Who may not make rules has none to take away.
      if (tables.length > 0 || mayChangeKernel(process.pid) !== false) rules.want(tables);
    },
    look: () => {
      const { applied, problems } = view();
      const pid = bird.state() === 'running' ? bird.pid() : undefined;
      if (applied === undefined || pid === undefined) return;
      const access: KernelAccess = { agent: mayChangeKernel(process.pid), bird: mayChangeKernel(pid) };
      if (!wasReplaced && needsAnotherBird(applied.speaker, access)) {
        wasReplaced = true;
        // What goes wrong is told by BIRD's own events.
        void bird.restart().catch(() => undefined);
        return;
      }
      problems.set('kernel-access', kernelAccessProblems(applied.speaker, access));
    },
    leave: async ({ withdraw }) => {
      if (withdraw) return await rules.remove();
      rules.stop();
      return undefined;
    },
  };
}

/** Why this process cannot do in the kernel what a speaker wants; undefined if it can. */
export function checkKernel(speaker: DesiredSpeaker): Refusal | undefined {
  return refuseKernelAccess(speaker, mayChangeKernel(process.pid));
}

function mayChangeKernel(pid: number): boolean | undefined {
  return hasOneOf(pid, ['CAP_NET_ADMIN']);
}

function loopProblem(failure: string): FoundProblem {
  const message = `\`loop-protection\` does not work, and packets for unused addresses return to the router: ${failure}`;
  return { subject: 'rules', code: 'loop-protection-failed', message };
}
