// Which proxy, if any, the environment names for the API server: HTTPS_PROXY, HTTP_PROXY and NO_PROXY as kubectl and other
// Kubernetes programs read them, with addresses and CIDR ranges in NO_PROXY.

import { BlockList, isIP } from 'node:net';

/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for `server`, or undefined for a direct connection. */
export function proxyFromEnvironment(server: URL, environment: Environment): string | undefined {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = read(environment, name);
  if (proxy === undefined || isLocal(server) || isExempt(server, read(environment, 'NO_PROXY') ?? '')) return undefined;
  return /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function read(environment: Environment, name: string): string | undefined {
  return environment[name] || environment[name.toLowerCase()] || undefined;
}

/** Loopback is never reached through a proxy. */
function isLocal(server: URL): boolean {
  const host = hostOf(server);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExempt(server: URL, list: string): boolean {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && matches(server, entry));
}

function matches(server: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = hostOf(server);
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry.includes('::') ? '' : entry) ?? [];
  const target = (port === undefined ? entry : name).replace(/^\[|\]$/g, '');
  if (port !== undefined && port !== portOf(server)) return false;
  if (isIP(host) > 0) return target === host || isInside(host, target);
  const suffix = target.replace(/^\*?\./, '');
  // `.example.org` is only what is below it, `example.org` itself as well.
  return host.endsWith(`.${suffix}`) || (suffix === target && host === suffix);
}

function isInside(host: string, cidr: string): boolean {
  const [network = '', length = ''] = cidr.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(length)) return false;
  if (Number(length) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(length), type);
  return list.check(host, type);
}

function hostOf(server: URL): string {
  return server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function portOf(server: URL): string {
  return server.port || (server.protocol === 'https:' ? '443' : '80');
}
