// The fake API server in a namespace: a process of its own, told what to change over a pipe.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Manifest } from './cluster.ts';
import type { Lab } from './lab.ts';
import type { Namespace } from './namespace.ts';

/** What the process is told. */
export type ApiServerOrder =
  | { readonly kind: 'put'; readonly object: Manifest }
  | { readonly kind: 'remove'; readonly of: string; readonly key: string };

/** A running API server. */
export interface ApiServer {
  readonly url: string;
  put(...objects: readonly Manifest[]): void;
  remove(kind: string, key: string): void;
}

/** Starts one, and waits until it listens. */
export async function startApiServer(lab: Lab, namespace: Namespace, address: string): Promise<ApiServer> {
  const program = join(import.meta.dirname, 'api-server-process.ts');
  const words = ['netns', 'exec', namespace.name, process.execPath, program, address];
  const child = spawn('ip', words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  lab.onClose(() => child.kill('SIGKILL'));
  const [url]: readonly unknown[] = await once(child, 'message');
  const tell = (order: ApiServerOrder) => child.send(order);
  return {
    url: String(url),
    put: (...objects) => {
      for (const object of objects) tell({ kind: 'put', object });
    },
    remove: (of, key) => tell({ kind: 'remove', of, key }),
  };
}
