import { createServer, type Server } from 'node:net';

/** A TCP port that is free on every one of the addresses. */
export async function findFreePort(addresses: readonly string[]): Promise<number> {
  const [first = '127.0.0.1', ...others] = addresses;
  for (;;) {
    const servers = [await listen(first, 0)];
    const address = servers[0]?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const rest = await Promise.all(others.map((host) => listen(host, port).catch(() => undefined)));
    servers.push(...rest.filter((server) => server !== undefined));
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (servers.length === addresses.length) return port;
  }
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}
