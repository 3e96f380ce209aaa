// The floor under every change: a second BIRD with the agent's own configuration on neighbouring addresses, told by the
// least that can be written by hand, a write, a rename and a `configure` on an open control socket.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { startBirdRouter } from '../e2e/lab/bird-router.ts';
import { type Lab, labFolder } from '../e2e/lab/lab.ts';

/** The second BIRD. */
export interface Floor {
  /** The agent's present configuration, with the floor's addresses. */
  read(): string;
  configure(text: string): void;
  close(): void;
}

/** What of the agent's configuration is another's in the floor's. */
export interface FloorOptions {
  /** The file that the agent writes. */
  readonly config: string;
  /** The log of the agent's BIRD. */
  readonly log: string;
  /** The agent's addresses and, for each, the floor's. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Starts it with the configuration that the agent has written. */
export async function startFloor(lab: Lab, { config, log, addresses }: FloorOptions): Promise<Floor> {
  const folder = labFolder(lab, 'floor');
  const replaced = Object.entries({ ...addresses, [log]: join(folder, 'own.log') });
  const read = (): string =>
    replaced.reduce((text, [own, other]) => text.replaceAll(own, other), readFileSync(config, 'utf8'));
  await startBirdRouter(lab, { name: 'floor', config: read() });
  const [file, next] = [join(folder, 'bird.conf'), join(folder, 'bird.conf.new')];
  const socket = await openControlSocket(join(folder, 'bird.ctl'));
  return {
    read,
    configure: (text) => {
      writeFileSync(next, text);
      renameSync(next, file);
      socket.write('configure\n');
    },
    close: () => socket.destroy(),
  };
}

function openControlSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    // BIRD greets first; later replies are read and dropped.
    socket.once('data', () => resolve(socket.resume()));
  });
}
