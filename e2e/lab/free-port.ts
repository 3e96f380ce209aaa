// A port for a lab, so that labs can run beside each other and beside whatever else uses the machine.

import { createServer } from 'node:net';
import { portOf } from '../../src/testing/port-of.ts';

/** A port that was free a moment ago on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
