// A BIRD as the router on the other end, in a namespace or on loopback: what it received, with all attributes, and
// how many UPDATEs brought it there. It runs the same BIRD that the executable carries, or Debian's.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birdCommand } from './bird-control.ts';
import { hasProgram } from './command.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { type Lab, labFolder } from './lab.ts';
import type { Namespace } from './namespace.ts';
import { waitUntil } from './wait-until.ts';

/** A running BIRD. */
export interface BirdRouter {
  readonly name: string;
  readonly daemon: Daemon;
  /** Sends a command to its control socket. */
  command(text: string): Promise<string>;
  /** Names of its BGP protocols whose session is established. */
  established(): Promise<readonly string[]>;
  /** Routes received in UPDATEs, announcements plus withdrawals of both families, by BGP protocol. */
  updatesReceived(): Promise<ReadonlyMap<string, number>>;
  /** Everything it holds from BGP. */
  routes(): Promise<readonly ReceivedRoute[]>;
}

/** One path of one prefix, with attributes in BIRD's notation. */
export interface ReceivedRoute {
  readonly prefix: string;
  /** The protocol, that is the session, it came from. */
  readonly from: string;
  /** `as_path`, `community`, `local_pref`, `med`, `next_hop`, … without their common prefix. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** The BIRD to run: the one that is built into the executable (or that BELLBIRD_BIRD names), else one from PATH. */
export function birdBinary(): string {
  const built = process.env.BELLBIRD_BIRD ?? join(import.meta.dirname, '../../dist/bird');
  if (existsSync(built)) return built;
  if (hasProgram('bird')) return 'bird';
  throw new Error('no BIRD: run `npm run build`, or install the Debian package bird2');
}

/** Starts a BIRD with the given configuration and waits for its control socket. */
export async function startBirdRouter(
  lab: Lab,
  options: { readonly name: string; readonly config: string; readonly namespace?: Namespace },
): Promise<BirdRouter> {
  const folder = labFolder(lab, options.name);
  const [file, socket] = [join(folder, 'bird.conf'), join(folder, 'bird.ctl')];
  writeFileSync(file, `log "${join(folder, 'bird.log')}" all;\n${options.config}`);
  const daemon = startDaemon(lab, {
    name: options.name,
    command: birdBinary(),
    args: ['-f', '-c', file, '-s', socket, '-P', join(folder, 'bird.pid')],
    namespace: options.namespace,
  });
  const command = (text: string): Promise<string> => birdCommand(socket, text);
  await waitUntil({
    what: `the control socket of BIRD ${options.name} (its output: ${daemon.output() || 'none'})`,
    observe: () => command('show status'),
    until: (reply) => reply.includes('up and running'),
  });
  return {
    name: options.name,
    daemon,
    command,
    established: async () => decodeEstablished(await command('show protocols')),
    updatesReceived: async () => decodeUpdates(await command('show protocols all')),
    routes: async () => decodeRoutes(await command('show route all')),
  };
}

/** `node1      BGP        ---        up     18:38:20.052  Established` */
function decodeEstablished(reply: string): readonly string[] {
  return reply.split('\n').flatMap((line) => /^(\S+)\s+BGP\s.*\sEstablished/.exec(line)?.[1] ?? []);
}

/** Sums the first column, `received`, of `Import updates` and `Import withdraws` below each BGP protocol. */
function decodeUpdates(reply: string): ReadonlyMap<string, number> {
  const updates = new Map<string, number>();
  let protocol: string | undefined;
  for (const line of reply.split('\n')) {
    const heading = /^(\S+)\s+(\S+)\s+\S+\s+(up|start|down|stop)\s/.exec(line);
    if (heading !== null) protocol = heading[2] === 'BGP' ? heading[1] : undefined;
    const count = /^\s+Import (?:updates|withdraws):\s+(\d+)/.exec(line)?.[1];
    if (protocol !== undefined && count !== undefined) {
      updates.set(protocol, (updates.get(protocol) ?? 0) + Number(count));
    }
  }
  return updates;
}

/** Heads stand at the line start (`192.0.2.1/32  unicast [node1 …]`); further paths of the prefix leave it out. */
function decodeRoutes(reply: string): readonly ReceivedRoute[] {
  const routes: { prefix: string; from: string; attributes: Map<string, string> }[] = [];
  let prefix = '';
  for (const line of reply.split('\n')) {
    const head = /^(\S*)\s+(?:unicast|blackhole|unreachable|prohibit) \[(\S+)/.exec(line);
    if (head !== null) {
      prefix = head[1] || prefix;
      routes.push({ prefix, from: head[2] ?? '', attributes: new Map() });
    }
    const attribute = /^\s+(?:BGP\.|bgp_)([a-z_]+):\s*(.*?)\s*$/.exec(line);
    if (attribute !== null) routes.at(-1)?.attributes.set(attribute[1] ?? '', attribute[2] ?? '');
  }
  return routes.filter((route) => route.attributes.size > 0);
}
