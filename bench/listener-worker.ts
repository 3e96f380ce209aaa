// The raw BGP listener in a thread of its own, so that neither the engine's work nor a garbage collection of the
// measuring thread moves a time stamp.

import { parentPort, workerData } from 'node:worker_threads';
import { startBgpListener } from '../src/testing/bgp-listener.ts';

const listener = await startBgpListener(workerData);
parentPort?.postMessage('listening');
for (let posted = 0; ; ) {
  await listener.until('another event', ({ events }) => events.length > posted, 3_600_000);
  for (const event of listener.events.slice(posted)) {
    posted += 1;
    const at = performance.timeOrigin + event.at;
    const routes = listener.routes.size;
    if (event.kind === 'update') {
      const { announced, withdrawn } = event;
      parentPort?.postMessage({ kind: 'update', at, announced, withdrawn, routes });
    } else if (event.kind === 'established' || event.kind === 'closed' || event.kind === 'end-of-rib') {
      parentPort?.postMessage({ kind: event.kind, at, routes });
    }
  }
}
