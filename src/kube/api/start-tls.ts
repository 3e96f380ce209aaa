// TLS on top of a connection that is open. Who the server must be is its name in the URL, or the one that the settings name.
// The parsed certificates are kept by whoever keeps the function, so that a new connection costs a handshake and no more.

import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import type { TlsSettings } from './credentials.ts';

/** Shakes hands; rejects with an Error that says why the server is not talked to. */
export type StartTls = (socket: Duplex, host: string) => Promise<Duplex>;

const LIMIT_MS = 10_000;

/** Creates a starter; nothing of the settings is looked at before its first use. */
export function createTlsStarter({ servername, rejectUnauthorized, ...certificates }: TlsSettings): StartTls {
  let context: SecureContext | undefined;
  return (socket, host) => {
    context ??= createSecureContext(certificates);
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    const secure = connect({
      socket,
      secureContext: context,
      // An address is compared with the certificate and not sent.
      host,
      servername: servername ?? (isIP(host) > 0 ? '' : host),
      ALPNProtocols: ['http/1.1'],
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    });
    const timer = setTimeout(
      () => secure.destroy(new Error(`TLS with ${host} took more than ${LIMIT_MS / 1_000} s`)),
      LIMIT_MS,
    );
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const cut = () => fail(new Error(`${host} closed the connection in the middle of the TLS handshake`));
    secure.once('error', fail);
    secure.once('close', cut);
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      secure.off('error', fail);
      secure.off('close', cut);
      // Whoever uses it listens too; until then an error must not end the process.
      secure.on('error', () => {});
      resolve(secure);
    });
    return promise;
  };
}
