// An FRR (zebra, bgpd and bfdd where it is asked for, started by hand) as the router on the other end, in a namespace with folders of its own.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { query, run } from './command.ts';
import { startDaemon } from './daemon.ts';
import { numberAt, parseJson, textAt, valueAt } from './json.ts';
import { type Lab, labFolder } from './lab.ts';
import type { Namespace } from './namespace.ts';
import { FRR_FOLDER } from './requirements.ts';
import { waitUntil } from './wait-until.ts';

/** A running FRR. */
export interface FrrRouter {
  readonly name: string;
  /** Runs one command in its shell. */
  command(text: string): Promise<string>;
  /** Addresses of its neighbours whose session is established. */
  established(): Promise<readonly string[]>;
  /** UPDATE messages received, by neighbour address. */
  updatesReceived(): Promise<ReadonlyMap<string, number>>;
}

/** Starts zebra, then bgpd, with the given bgpd configuration. */
export async function startFrrRouter(
  lab: Lab,
  options: { readonly name: string; readonly config: string; readonly namespace: Namespace; readonly bfd?: boolean },
): Promise<FrrRouter> {
  const folder = labFolder(lab, options.name);
  chmodSync(lab.folder, 0o711);
  run('chown', 'frr:frr', folder);
  const command = (text: string): Promise<string> => query('vtysh', '--vty_socket', folder, '-c', text);
  const neighbours = async (): Promise<readonly (readonly [string, unknown])[]> =>
    Object.entries(valueAt(parseJson(await command('show bgp neighbors json'))) ?? {});
  startFrrDaemon(lab, folder, options.namespace, 'zebra', `hostname ${options.name}\n`);
  await answers(command, 'zebra');
  if (options.bfd === true) {
    startFrrDaemon(lab, folder, options.namespace, 'bfdd', `hostname ${options.name}\n`);
    await answers(command, 'bfdd');
  }
  startFrrDaemon(lab, folder, options.namespace, 'bgpd', `hostname ${options.name}\n${options.config}`);
  await answers(command, 'bgpd');
  return {
    name: options.name,
    command,
    established: async () =>
      (await neighbours()).filter(([, seen]) => textAt(seen, 'bgpState') === 'Established').map(([address]) => address),
    updatesReceived: async () =>
      new Map((await neighbours()).map(([address, seen]) => [address, numberAt(seen, 'messageStats', 'updatesRecv')])),
  };
}

/** The daemons change to the package's user `frr`, to whom the folder belongs; the zebra socket lies beside the rest. */
function startFrrDaemon(
  lab: Lab,
  folder: string,
  namespace: Namespace,
  name: 'zebra' | 'bgpd' | 'bfdd',
  config: string,
): void {
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, `${config}log file ${join(folder, `${name}.log`)}\n`);
  startDaemon(lab, {
    name: `frr-${name}`,
    command: join(FRR_FOLDER, name),
    args: [
      ...['-f', file, '-i', join(folder, `${name}.pid`)],
      ...['-z', join(folder, 'zserv.api'), '--vty_socket', folder, '-A', '127.0.0.1', '-P', '0'],
      ...(name === 'bfdd' ? ['--bfdctl', join(folder, 'bfdd.sock')] : []),
    ],
    namespace,
  });
}

async function answers(command: (text: string) => Promise<string>, daemon: string): Promise<void> {
  await waitUntil({
    what: `FRR's ${daemon} to answer`,
    observe: () => command('show daemons'),
    until: (reply) => reply.includes(daemon),
  });
}
