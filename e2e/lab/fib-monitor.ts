// Watches a router's kernel tables without a gap: every change as the kernel reports it, with its time, and beside it
// the tables themselves every few milliseconds, because the kernel does not report every kind of loss.

import { setTimeout as delay } from 'node:timers/promises';
import { startDaemon } from './daemon.ts';
import { readKernelRoutes } from './kernel-routes.ts';
import type { Lab } from './lab.ts';
import { ip, type Namespace } from './namespace.ts';
import { waitUntil } from './wait-until.ts';

/** One change of a route. */
export interface FibEvent {
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  readonly kind: 'set' | 'deleted';
  readonly prefix: string;
  readonly line: string;
}

/** A running watch over one router. */
export interface FibMonitor {
  /** Every change so far, oldest first. */
  events(): readonly FibEvent[];
  /** The first deletion of the prefix at or after a time. */
  deletionAfter(prefix: string, since: number): FibEvent | undefined;
  /**
   * Ends the watch and returns when, and how, any of its prefixes was found missing or was written anew, as when one of
   * several next hops goes: the kernel reports that as a deletion for IPv6 only. Empty means: never.
   */
  stop(): Promise<readonly string[]>;
}

const POLL_MS = 20;
let count = 0;

/** Starts watching; `prefixes` are those that `stop` reports on. Resolves once changes are being seen. */
export async function watchFib(lab: Lab, namespace: Namespace, prefixes: readonly string[]): Promise<FibMonitor> {
  const monitor = startDaemon(lab, {
    name: `fib-monitor-${++count}`,
    command: 'ip',
    args: ['-n', namespace.name, '-ts', '-o', 'monitor', 'route'],
  });
  await waitForFirstEvent(namespace, () => monitor.output());
  const events = (): readonly FibEvent[] => decodeEvents(monitor.output());
  const poll = pollForLosses(namespace, prefixes);
  return {
    events,
    deletionAfter: (prefix, since) =>
      events().find((event) => event.kind === 'deleted' && event.prefix === prefix && event.at >= since),
    stop: async () => {
      const seen = await poll.stop();
      await monitor.end('SIGTERM');
      const changes = events().filter((event) => prefixes.includes(event.prefix));
      return [...seen, ...changes.map((event) => `${event.kind}: ${event.line}`)];
    },
  };
}

/** `[2026-11-21T20:50:33.898836] Deleted 192.0.2.1 proto bgp …` */
function decodeEvents(text: string): readonly FibEvent[] {
  return text.split('\n').flatMap((line): readonly FibEvent[] => {
    const match = /^\[(\S+)\] (Deleted )?([0-9a-f.:]+)(\/\d+)? /.exec(line);
    if (match === null) return [];
    const [, time = '', deleted, address = '', length] = match;
    const prefix = `${address}${length ?? (address.includes(':') ? '/128' : '/32')}`;
    return [{ at: decodeTime(time), kind: deleted === undefined ? 'set' : 'deleted', prefix, line }];
  });
}

/** Local time with microseconds, as `ip -ts` prints it. */
function decodeTime(text: string): number {
  const [seconds = '', fraction = '0'] = text.split('.');
  return new Date(seconds).getTime() + Number(`0.${fraction}`) * 1000;
}

/** Touches a route of its own until the monitor reports it: before that, changes could be missed. */
async function waitForFirstEvent(namespace: Namespace, output: () => string): Promise<void> {
  const probe = ['198.18.0.1/32', 'dev', 'lo'];
  await waitUntil({
    what: 'the route monitor to report its first change',
    observe: () => {
      ip(namespace, 'route', 'replace', ...probe);
      ip(namespace, 'route', 'del', ...probe);
      return output();
    },
    until: (text) => text.includes('198.18.0.1'),
  });
}

function pollForLosses(namespace: Namespace, prefixes: readonly string[]): { stop(): Promise<readonly string[]> } {
  const losses: string[] = [];
  let stopped = false;
  const poll = async (): Promise<void> => {
    while (!stopped && prefixes.length > 0) {
      const routes = await readKernelRoutes(namespace);
      const missing = prefixes.filter((prefix) => !routes.has(prefix));
      if (missing.length > 0) losses.push(`${new Date().toISOString()} missing: ${missing.join(', ')}`);
      await delay(POLL_MS);
    }
  };
  const done = poll();
  return {
    stop: async () => {
      stopped = true;
      await done;
      return losses;
    },
  };
}
