// The packed executable as it is installed, following the API server, with a raw BGP listener as its only peer.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, startAgent } from '../../e2e/lab/agent.ts';
import { now } from '../../e2e/lab/cluster.ts';
import { freePort } from '../../e2e/lab/free-port.ts';
import type { Lab } from '../../e2e/lab/lab.ts';
import { waitUntil } from '../../e2e/lab/wait-until.ts';
import { type Listener, startListener } from '../listener.ts';
import { benchPolicy, NODE } from '../services.ts';

/** Addresses of the agent's BIRD and of its peer, and those of the floor beside them. */
export const ADDRESSES = { source: '127.0.0.111', listener: '127.0.0.112' } as const;
export const FLOOR_ADDRESSES = { source: '127.0.0.113', listener: '127.0.0.114' } as const;

/** An agent and its peer. */
export interface LiveAgent {
  readonly agent: Agent;
  readonly listener: Listener;
  readonly port: number;
  /** Just before the process was started. */
  readonly startedAt: number;
  /** Resolves when it has logged something that matches, after so many characters of output. */
  says(pattern: RegExp, from: number): Promise<void>;
  /** Ends agent, BIRD and listener without a trace. */
  end(): Promise<void>;
}

/** How it is started. */
export interface LiveAgentOptions {
  readonly kubeconfig: string;
  /** Of the lab, so that several agents one after the other know nothing of each other. */
  readonly folder: string;
  /** Default: the one that was built. */
  readonly executable?: string;
}

/** Starts a listener and an agent that has never run before. */
export async function startLiveAgent(lab: Lab, options: LiveAgentOptions): Promise<LiveAgent> {
  const port = await freePort();
  const listener = await startListener(ADDRESSES.listener, port);
  const policy = join(lab.folder, `${options.folder}.bell`);
  writeFileSync(policy, benchPolicy({ ...ADDRESSES, port }));
  const startedAt = now();
  const agent = startAgent(lab, {
    node: NODE,
    policy,
    cluster: 'kube',
    env: { KUBECONFIG: options.kubeconfig },
    folder: options.folder,
    ...(options.executable === undefined ? {} : { executable: options.executable }),
  });
  return {
    agent,
    listener,
    port,
    startedAt,
    says: async (pattern, from) => {
      await waitUntil({
        what: `the agent to log ${pattern}`,
        observe: () => agent.output().slice(from),
        until: (text) => pattern.test(text),
        timeoutMs: 30_000,
      });
    },
    end: async () => {
      await agent.kill();
      process.kill(agent.birdPid(), 'SIGKILL');
      // Nobody else needs to end it.
      rmSync(join(agent.runtimeDir, 'bird.pid'));
      await listener.close();
    },
  };
}
