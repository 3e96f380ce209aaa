// A drained node: its service routes are first sent with `graceful-shutdown`, so that peers prefer others while they still
// have them, and withdrawn some time later. Sessions stay up. It stands in the state directory and outlives the agent and the
// machine's boot, until it is taken back.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import { type Community, normaliseCommunities, WELL_KNOWN_COMMUNITIES } from '../dsl/community.ts';
import type { DesiredRoute, DesiredState } from '../engine/index.ts';
import { isRecord } from '../unknown.ts';
import { readIfReadable, writeSmallFile } from './files.ts';
import { parseJson } from './json.ts';

/** Since when a node is drained, and when its routes go. Moments are milliseconds since 1970. */
export interface DrainView {
  readonly since: number;
  readonly withdrawAt: number;
}

/** How far a drain is: routes are as ever, sent with `graceful-shutdown`, or withdrawn. */
export type DrainStage = 'none' | 'leaving' | 'withdrawn';

/** The drain of one node. */
export interface Drain {
  /** Absent: the node is not drained. */
  view(): DrainView | undefined;
  stage(): DrainStage;
  /** The state as the drain has it. */
  apply(desired: DesiredState): DesiredState;
  /** Begins; throws where that cannot be written down. Of a drained node only the time of the withdrawal can move. */
  begin(waitMs: number): DrainView;
  /** Takes it back; false if the node is not drained. Throws where that cannot be written down. */
  end(): boolean;
  /** Who is told that `apply` has another result. */
  onChange: () => void;
  stop(): void;
}

const FILE = 'drain.json';
const SHUTDOWN: Community = WELL_KNOWN_COMMUNITIES['graceful-shutdown'];

/** Reads what the state directory says. */
export function createDrain(stateDirectory: string, clock: Clock): Drain {
  const path = join(stateDirectory, FILE);
  const leaving = new WeakMap<DesiredRoute, DesiredRoute>();
  let view = readView(path);
  let timer: Timer | undefined;
  const wait = () => {
    timer?.cancel();
    const left = view === undefined ? 0 : view.withdrawAt - clock.now();
    timer = left > 0 ? clock.after(left, due) : undefined;
  };
  // Timers are of the monotonic clock: the wall clock may have been set meanwhile, and is a moment behind now and then.
  const due = () => {
    wait();
    drain.onChange();
  };
  const drain: Drain = {
    onChange: () => {},
    view: () => view,
    stage: () => {
      if (view === undefined) return 'none';
      return clock.now() >= view.withdrawAt ? 'withdrawn' : 'leaving';
    },
    apply: (desired) => {
      const stage = drain.stage();
      if (stage === 'none') return desired;
      if (stage === 'withdrawn') return { ...desired, routes: [] };
      return { ...desired, routes: desired.routes.map((route) => leave(route, leaving)) };
    },
    begin: (waitMs) => {
      const now = clock.now();
      const next = {
        since: view?.since ?? now,
        withdrawAt: Math.min(view?.withdrawAt ?? Number.MAX_VALUE, now + waitMs),
      };
      writeSmallFile(path, `${JSON.stringify(next)}\n`, 0o600);
      view = next;
      wait();
      drain.onChange();
      return next;
    },
    end: () => {
      if (view === undefined) return false;
      rmSync(path, { force: true });
      view = undefined;
      wait();
      drain.onChange();
      return true;
    },
    stop: () => timer?.cancel(),
  };
  wait();
  return drain;
}

/** RFC 8326: the community for eBGP peers, and the lowest local preference for iBGP ones. */
function leave(route: DesiredRoute, known: WeakMap<DesiredRoute, DesiredRoute>): DesiredRoute {
  const before = known.get(route);
  if (before !== undefined) return before;
  const communities = normaliseCommunities([...route.attributes.communities, SHUTDOWN]);
  const changed = { ...route, attributes: { ...route.attributes, communities, localPref: 0 } };
  known.set(route, changed);
  return changed;
}

/** A file that is there and damaged, or cannot be read, still says that the node is drained: announcing again would be the greater surprise. */
function readView(path: string): DrainView | undefined {
  const text = readIfReadable(path);
  if (text === undefined && !existsSync(path)) return undefined;
  const value = parseJson(text ?? '');
  const { since, withdrawAt } = isRecord(value) ? value : {};
  return {
    since: typeof since === 'number' ? since : 0,
    withdrawAt: typeof withdrawAt === 'number' ? withdrawAt : 0,
  };
}
