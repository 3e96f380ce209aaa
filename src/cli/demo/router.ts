// A router of the demonstration: the embedded BIRD with a configuration of its own, which accepts everything and
// announces nothing, and what it has learned.

import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BirdSocket, connectBird, type Reply } from '../../bgp/index.ts';
import { systemClock } from '../../clock.ts';
import { type DemoNode, NODE_AS, ROUTER_AS } from './lab-files.ts';

/** Distinct BGP next hops by prefix. */
export type RouterView = ReadonlyMap<string, ReadonlySet<string>>;

/** A router that runs. */
export interface Router {
  readonly name: string;
  view(): Promise<RouterView>;
  close(): void;
}

/** How a router is started. */
export interface RouterOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly nodes: readonly DemoNode[];
  /** Path of an executable BIRD. */
  readonly binary: string;
  readonly folder: string;
}

/** Starts a router. */
export function startRouter(options: RouterOptions): Router {
  const { binary, folder, name } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [config, control] = [join(folder, 'bird.conf'), join(folder, 'bird.ctl')];
  writeFileSync(config, renderConfig(options), { mode: 0o600 });
  const output = openSync(join(folder, 'bird.out'), 'w');
  const child = spawn(binary, ['-f', '-c', config, '-s', control], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.unref();
  let socket: BirdSocket | undefined;
  return {
    name,
    view: async () => {
      socket ??= await connectBird(control, { clock: systemClock });
      return parseView(await socket.command('show route all'));
    },
    close: () => socket?.close(),
  };
}

function renderConfig({ address, folder, nodes, port }: RouterOptions): string {
  const sessions = nodes.map(
    (node) => `protocol bgp ${node.name.replaceAll('-', '_')} {
  local ${address} port ${port} as ${ROUTER_AS};
  neighbor ${node.address} port ${port} as ${NODE_AS};
  multihop;
  strict bind on;
  connect delay time 0;
  connect retry time 1;
  error wait time 1, 2;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`,
  );
  return `router id ${address};
log "${join(folder, 'bird.log')}" all;
protocol device { }
${sessions.join('')}`;
}

/** Reads `show route all`: a line per route, then its attributes, among them `BGP.next_hop: 127.0.0.11`. */
export function parseView(reply: Reply): RouterView {
  const view = new Map<string, Set<string>>();
  let prefix = '';
  for (const { text } of reply.lines) {
    // A second route for one prefix leaves the first column empty.
    prefix = /^([0-9a-f.:]+\/\d+)\s/.exec(text)?.[1] ?? prefix;
    const nextHop = /BGP\.next_hop: (\S+)/.exec(text)?.[1];
    if (nextHop === undefined) continue;
    view.set(prefix, (view.get(prefix) ?? new Set()).add(nextHop));
  }
  return view;
}
