// The end of a connection in the middle of an answer: TCP is reset; below TLS, which hides it, the connection is cut.

import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Ends the connection that an answer goes over, without the end of the answer. */
export function resetConnection({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}
