// The process that `startApiServer` starts: says where it listens, then does what it is told.

import { startFakeApiServer } from '../../src/testing/fake-api-server.ts';
import type { ApiServerOrder } from './api-server.ts';

const server = await startFakeApiServer({ host: process.argv[2] ?? '127.0.0.1' });
process.on('message', (order: ApiServerOrder) => {
  // What a manifest of the end to end tests may be is wider than what the server takes; it comes as JSON anyway.
  if (order.kind === 'put') server.put(JSON.parse(JSON.stringify(order.object)));
  else server.remove(order.of, order.key);
});
process.once('disconnect', () => process.exit());
process.send?.(server.url);
