// Starts the packed executable as the agent of one node, on the machine itself or inside the node's namespace.
// BIRD outlives its agent, so the lab ends it separately.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Daemon, startDaemon } from './daemon.ts';
import { type Lab, labFolder } from './lab.ts';
import type { Namespace } from './namespace.ts';

/** What an agent is told. */
export interface AgentOptions {
  readonly node: string;
  readonly policy: string;
  /** Path of manifests, or `kube`. */
  readonly cluster: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly namespace?: Namespace;
  /** Where two agents of one node shall share or not share folders; default: the node's name. */
  readonly folder?: string;
  /** Default: `executable()`. */
  readonly executable?: string;
}

/** The agent of one node; it can be ended and started again on the same folders. */
export interface Agent {
  readonly node: string;
  readonly runtimeDir: string;
  /** Starts it (again). */
  start(): void;
  /** SIGKILL: no chance to clean up. */
  kill(): Promise<void>;
  /** SIGTERM, as a service manager stops it for an upgrade. */
  stop(): Promise<void>;
  /** Resolves when it has ended, whoever ended it. */
  ended(): Promise<void>;
  /** Everything it has logged, over all its lives. */
  output(): string;
  /** The process id of its BIRD. */
  birdPid(): number;
  /** The process id of the agent that was started last. */
  pid(): number;
}

/** The packed executable; BELLBIRD_EXECUTABLE names another one. */
export function executable(): string {
  const path = resolve(process.env.BELLBIRD_EXECUTABLE ?? join(import.meta.dirname, '../../dist/bellbird'));
  if (!existsSync(path)) throw new Error(`there is no ${path}: run \`npm run build\``);
  return path;
}

/** Prepares and starts an agent. */
export function startAgent(lab: Lab, options: AgentOptions): Agent {
  const folder = labFolder(lab, options.folder ?? options.node);
  const runtimeDir = join(folder, 'run');
  const args = [
    ...['run', '--policy', options.policy, '--cluster', options.cluster, '--node', options.node],
    ...['--runtime-dir', runtimeDir, '--state-dir', join(folder, 'state')],
  ];
  const start = (): Daemon =>
    startDaemon(lab, {
      name: `agent-${options.node}`,
      command: options.executable ?? executable(),
      args,
      namespace: options.namespace,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
  const birdPid = (): number => Number(readFileSync(join(runtimeDir, 'bird.pid'), 'utf8'));
  lab.onClose(() => {
    if (existsSync(join(runtimeDir, 'bird.pid'))) process.kill(birdPid(), 'SIGKILL');
  });
  let daemon = start();
  return {
    node: options.node,
    runtimeDir,
    start: () => {
      daemon = start();
    },
    kill: () => daemon.end('SIGKILL'),
    stop: () => daemon.end('SIGTERM'),
    ended: () => daemon.ended,
    output: () => daemon.output(),
    birdPid,
    pid: () => daemon.pid,
  };
}
