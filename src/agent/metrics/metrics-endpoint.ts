// `run --metrics ADDRESS:PORT`: the metrics over TCP, and nothing else of the local API. A port that is taken is a problem
// that `status` and the log tell of, and is tried again: routes do not wait for whoever watches them.

import type { Server } from 'node:net';
import type { Clock, Timer } from '../../clock.ts';
import { type ApiRoutes, createApiServer } from '../local-api.ts';
import { findPortOwner, renderPortOwner } from '../port-owner.ts';
import type { Problems } from '../problems.ts';
import { type ListenAddress, renderListenAddress } from './listen-address.ts';

/** What serving the metrics takes. */
export interface MetricsEndpointOptions {
  readonly address: ListenAddress;
  readonly routes: Pick<ApiRoutes, 'GET /metrics'>;
  readonly problems: Problems;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** How often a port that is taken is tried again. */
export const RETRY_MS = 10_000;
/** Whoever scrapes needs one; a machine that opens many must not take the agent's files away. */
const MOST_CONNECTIONS = 32;

/** What serves the metrics. */
export interface MetricsEndpoint {
  /** Resolves when the first attempt to listen is over. */
  readonly tried: Promise<void>;
  close(): void;
}

/** Serves the metrics until it is closed. */
export function serveMetrics(options: MetricsEndpointOptions): MetricsEndpoint {
  const { address, clock, onFault, problems, routes } = options;
  let server: Server | undefined;
  let timer: Timer | undefined;
  let isOver = false;
  const attempt = async () => {
    const created = createApiServer(() => routes, onFault);
    created.maxConnections = MOST_CONNECTIONS;
    const code = await listen(created, address);
    if (isOver) {
      created.close();
      return;
    }
    if (code === undefined) server = created;
    else timer = clock.after(RETRY_MS, () => void attempt());
    problems.set('metrics', code === undefined ? [] : [describe(code, address)]);
  };
  return {
    tried: attempt(),
    close: () => {
      isOver = true;
      timer?.cancel();
      server?.close();
    },
  };
}

/** The system's error code; undefined if it listens. */
function listen(server: Server, { host, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => resolve(undefined));
  });
}

function describe(code: string, address: ListenAddress) {
  const subject = renderListenAddress(address);
  return {
    subject,
    code: 'metrics-unavailable',
    message: `metrics cannot be served on ${subject}: ${reasonOf(code, address)}; it is tried again every ${RETRY_MS / 1_000} s, and \`--metrics ADDRESS:PORT\` names another`,
  };
}

function reasonOf(code: string, { port }: ListenAddress): string {
  switch (code) {
    case 'EADDRINUSE': {
      const owner = findPortOwner(port);
      return `the port is already in use${owner === undefined ? '' : ` by ${renderPortOwner(owner)}`}`;
    }
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address';
    case 'EACCES':
      return 'a port below 1024 needs the capability CAP_NET_BIND_SERVICE';
    default:
      return code;
  }
}
