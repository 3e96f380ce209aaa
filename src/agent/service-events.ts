// What the Events on Services say of this node: which of their addresses it announces, and no longer. Opt-in, and never in the way:
// changes are gathered per service, written at a measured pace, and given up where that does not work out.

import type { Clock, Timer } from '../clock.ts';
import type { DesiredState, NodeDecisions } from '../engine/index.ts';
import type { EventWriter, ServiceEvent } from '../kube/index.ts';
import type { Log } from './log.ts';

type Routes = Pick<DesiredState, 'routes'>;

/** Where changes of routes become Events. */
export interface ServiceEvents {
  /** BIRD has `after`, and had `before`; `decisions` say why a route is gone. */
  applied(before: Routes | undefined, after: Routes, decisions: Pick<NodeDecisions, 'withheld'>): void;
  stop(): Promise<void>;
}

/** What it takes. */
export interface ServiceEventsOptions {
  readonly node: string;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly onOutcome: (outcome: 'written' | 'failed' | 'dropped') => void;
}

/** What came together for one service is written after this time, */
export const GATHER_MS = 1_000;
/** and what comes after that, in one Event with a count, not before this time has passed. */
export const QUIET_MS = 300_000;
/** Events are written one at a time, this far apart on average. */
const PACE_MS = 200;
/** So many may follow each other without a pause. */
const BURST = 25;
/** More services than that are not waited for: a whole cluster's worth says nothing that metrics do not say. */
const MOST_WAITING = 500;
/** Where Events may not be written, or nobody answers, they are given up for so long. */
export const GIVE_UP_MS = 60_000;

/** Creates one that has nothing to say. */
export function createServiceEvents(options: ServiceEventsOptions): ServiceEvents {
  return new GatheredEvents(options);
}

/** What happened to one service since its last Event. */
interface Gathered {
  readonly since: number;
  at: number;
  count: number;
  /** By prefix: undefined for one that is announced, else why it is not. */
  readonly prefixes: Map<string, string | undefined>;
}

class GatheredEvents implements ServiceEvents {
  readonly #options: ServiceEventsOptions;
  readonly #gathered = new Map<string, Gathered>();
  /** When a service may have its next Event. */
  readonly #quietUntil = new Map<string, number>();
  #tokens = BURST;
  #refilledAt: number;
  #givenUpUntil = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ServiceEventsOptions) {
    this.#options = options;
    this.#refilledAt = options.clock.elapsed();
  }

  applied(before: Routes | undefined, after: Routes, decisions: Pick<NodeDecisions, 'withheld'>): void {
    if (this.#isStopped) return;
    const known = new Map(before?.routes.map((route) => [route.prefix, route.service]));
    const wanted = new Set(after.routes.map(({ prefix }) => prefix));
    const reasons = new Map(decisions.withheld.map(({ prefix, reason }) => [prefix, reason]));
    for (const { prefix, service } of after.routes) if (!known.has(prefix)) this.#gather(service, prefix, undefined);
    for (const [prefix, service] of known) {
      if (!wanted.has(prefix)) this.#gather(service, prefix, reasons.get(prefix) ?? 'gone');
    }
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#gathered.clear();
    await this.#options.writer.close();
    await this.#writing;
  }

  /** An aggregate belongs to no service. */
  #gather(service: string | undefined, prefix: string, reason: string | undefined): void {
    if (service === undefined) return;
    const now = this.#options.clock.now();
    const found = this.#gathered.get(service);
    if (found === undefined && (this.#gathered.size >= MOST_WAITING || now < this.#givenUpUntil)) {
      this.#options.onOutcome('dropped');
      return;
    }
    const gathered = found ?? { since: now, at: now, count: 0, prefixes: new Map() };
    gathered.at = now;
    gathered.count++;
    gathered.prefixes.set(prefix, reason);
    this.#gathered.set(service, gathered);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#writing !== undefined || this.#gathered.size === 0) return;
    const { clock } = this.#options;
    this.#refill();
    const due = Math.min(...[...this.#gathered].map(([service, { since }]) => this.#dueAt(service, since)));
    const wait = Math.max(due - clock.now(), this.#tokens >= 1 ? 0 : PACE_MS);
    this.#timer = clock.after(wait, () => {
      this.#timer = undefined;
      this.#writing = this.#writeNext().finally(() => {
        this.#writing = undefined;
        if (!this.#isStopped) this.#schedule();
      });
    });
  }

  #dueAt(service: string, since: number): number {
    return Math.max(since + GATHER_MS, this.#quietUntil.get(service) ?? 0);
  }

  #refill(): void {
    const now = this.#options.clock.elapsed();
    this.#tokens = Math.min(BURST, this.#tokens + (now - this.#refilledAt) / PACE_MS);
    this.#refilledAt = now;
  }

  async #writeNext(): Promise<void> {
    this.#refill();
    const now = this.#options.clock.now();
    const [service, gathered] = [...this.#gathered].find(([name, { since }]) => this.#dueAt(name, since) <= now) ?? [];
    if (service === undefined || gathered === undefined || this.#tokens < 1) return;
    this.#gathered.delete(service);
    for (const [name, until] of this.#quietUntil) if (until <= now) this.#quietUntil.delete(name);
    this.#quietUntil.set(service, now + QUIET_MS);
    for (const event of this.#toEvents(service, gathered)) {
      this.#tokens--;
      await this.#write(event);
    }
  }

  #toEvents(service: string, { since, at, count, prefixes }: Gathered): readonly ServiceEvent[] {
    const [namespace = '', name = ''] = service.split('/');
    const { node } = this.#options;
    const announced = [...prefixes].flatMap(([prefix, reason]) => (reason === undefined ? [prefix] : []));
    const gone = [...prefixes].flatMap(([prefix, reason]) => (reason === undefined ? [] : [`${prefix} (${reason})`]));
    const shared = { namespace, name, node, firstAt: since, lastAt: at, count };
    return [
      ...(announced.length === 0
        ? []
        : [
            {
              ...shared,
              reason: 'nodeAssigned',
              message: `announcing from node "${node}" with protocol "bgp": ${announced.join(', ')}`,
            },
          ]),
      ...(gone.length === 0
        ? []
        : [
            {
              ...shared,
              reason: 'nodeUnassigned',
              message: `no longer announcing from node "${node}": ${gone.join(', ')}`,
            },
          ]),
    ];
  }

  async #write(event: ServiceEvent): Promise<void> {
    const { clock, log, onOutcome, writer } = this.#options;
    const failure = await writer.write(event);
    if (this.#isStopped) return;
    onOutcome(failure === undefined ? 'written' : 'failed');
    if (failure === undefined) {
      this.#givenUpUntil = 0;
      return;
    }
    if (this.#givenUpUntil === 0) {
      const rest = 'routes do not depend on it, and nothing more is said of it until it works';
      log.warn({ event: 'events-not-written' }, `Events on Services cannot be written: ${failure}; ${rest}`);
    }
    this.#givenUpUntil = clock.now() + GIVE_UP_MS;
    for (const _ of this.#gathered.keys()) onOutcome('dropped');
    this.#gathered.clear();
  }
}
