// Where something listens, as options write it: `127.0.0.1:7475`, `[::1]:7475`.

import { isIP } from 'node:net';

/** An address of this machine and a port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `ADDRESS:PORT`; undefined if it is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = v6 ?? v4 ?? '';
  const port = Number(digits);
  const isRight = isIP(host) === (v6 === undefined ? 4 : 6) && port >= 1 && port <= 65_535;
  return isRight ? { host, port } : undefined;
}

/** The same as text. */
export function renderListenAddress({ host, port }: ListenAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
