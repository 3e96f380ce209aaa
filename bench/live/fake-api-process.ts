// The test server and the door through which it is written to. Obeys `start`, `stop` and `listen`, each with one answer.

import { startFakeApiServer } from '../../src/testing/fake-api-server.ts';
import { openWriteDoor } from './write-door.ts';

const server = await startFakeApiServer();
const door = await openWriteDoor(server);
process.on('message', async (word) => {
  if (word === 'stop') await server.stop();
  if (word === 'listen') await server.listen();
  process.send?.({ server: server.url, door });
});
process.once('disconnect', () => process.exit());
