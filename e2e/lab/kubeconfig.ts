// A kubeconfig for an API server without credentials.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes it into the folder, and returns its path. */
export function writeKubeconfig(folder: string, server: string): string {
  const path = join(folder, 'kubeconfig');
  const named = (rest: object) => [{ name: 'lab', ...rest }];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named({ cluster: { server } }),
    users: named({ user: {} }),
    contexts: named({ context: { cluster: 'lab', user: 'lab' } }),
    'current-context': 'lab',
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
