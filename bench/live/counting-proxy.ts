// A TCP relay that counts what passes, to see what an agent takes of the network whatever it speaks.

import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../../src/testing/port-of.ts';
import { serverOf } from './api.ts';

/** Bytes so far, by direction; with TLS and HTTP, without TCP and IP. */
export interface Passed {
  readonly toServer: number;
  readonly toAgent: number;
}

/** A running relay. */
export interface CountingProxy {
  /** A copy of the kubeconfig that leads here. */
  readonly kubeconfig: string;
  passed(): Passed;
  close(): Promise<void>;
}

/** Starts a relay in front of the API server of a kubeconfig; the copy is written to `copyPath`. */
export async function openCountingProxy(kubeconfig: string, copyPath: string): Promise<CountingProxy> {
  const target = serverOf(kubeconfig);
  const sockets = new Set<Socket>();
  let [toServer, toAgent] = [0, 0];
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.on('data', (chunk) => {
      toServer += chunk.length;
    });
    far.on('data', (chunk) => {
      toAgent += chunk.length;
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  writeFileSync(copyPath, readFileSync(kubeconfig, 'utf8').replace(target.host, `${target.hostname}:${port}`));
  return {
    kubeconfig: copyPath,
    passed: () => ({ toServer, toAgent }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
