// Notices who else on this node may announce service addresses. Needs no rights: open ports stand in /proc/net, and the
// names of processes in /proc, unless this is a container with processes of its own.

import { readdirSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';
import { readIfReadable } from './files.ts';
import type { Log } from './log.ts';
import { findPortOwner, listeningPorts, type PortOwner, renderPortOwner } from './port-owner.ts';
import type { FoundProblem, Problems } from './problems.ts';

/** What looking takes. */
export interface OtherSpeakersOptions {
  readonly clock: Clock;
  readonly problems: Problems;
  readonly log: Log;
  /** Whether our own BIRD listens on port 179; undefined while it has no state. */
  readonly hasBgpPort: () => boolean | undefined;
  readonly look?: () => NodeView;
}

/** What can be seen of a node. */
export interface NodeView {
  /** Processes that are called `speaker`, which says little by itself. */
  readonly speakers: readonly { readonly pid: number; readonly args: readonly string[] }[];
  /** TCP ports of the host that something listens on. */
  readonly ports: ReadonlySet<number>;
  readonly bgpPort: PortOwner | undefined;
}

/** The first look waits until the start is over; whoever is fixed is gone from `status` after the next one. */
export const FIRST_LOOK_MS = 5_000;
export const LOOK_AGAIN_MS = 600_000;

/** Looks now and then. Returns what ends it. */
export function watchOtherSpeakers(options: OtherSpeakersOptions): () => void {
  const { clock, hasBgpPort, log, look = lookAtNode, problems } = options;
  let told: string | undefined;
  let timer: Timer;
  const tell = () => {
    const view = look();
    problems.set('speakers', findMetalLb(view));
    // One that is there may well be: it is told, and is no problem.
    const owner = view.bgpPort !== undefined && hasBgpPort() === false ? renderPortOwner(view.bgpPort) : undefined;
    if (owner !== undefined && owner !== told) {
      const remark = 'its sessions and ours need addresses of their own at routers that they share';
      log.info({ event: 'other-speaker', port: 179 }, `${owner} listens on port 179 of this node; ${remark}`);
    }
    told = owner;
    timer = clock.after(LOOK_AGAIN_MS, tell);
  };
  timer = clock.after(FIRST_LOOK_MS, tell);
  return () => timer.cancel();
}

/** MetalLB's memberlist; other programs use the port as well. */
const MEMBERLIST = 7946;
/** Metrics of the speaker: until version 0.15 and since, and of the FRR beside it. */
const METRICS = [7472, 9120, 7473, 9121];

const FIX =
  'it announces addresses of its pools by rules of its own; with Helm set `speaker.enabled=false` and `frrk8s.enabled=false`, with its manifests delete the DaemonSet `speaker`; its controller may stay';

/** A MetalLB speaker, by its process or, where processes cannot be seen, by the ports that it has open. */
export function findMetalLb({ speakers, ports }: NodeView): readonly FoundProblem[] {
  const speaker = speakers.find(({ args }) => isMetalLb(args));
  const metrics = ports.has(MEMBERLIST) ? METRICS.find((port) => ports.has(port)) : undefined;
  if (speaker === undefined && metrics === undefined) return [];
  const what =
    speaker === undefined
      ? `something on this node listens on the ports ${MEMBERLIST} and ${metrics}, as a speaker of MetalLB does`
      : `a speaker of MetalLB runs on this node (pid ${speaker.pid})`;
  return [{ subject: 'metallb', code: 'other-speaker', message: `${what}: ${FIX}` }];
}

/** `/speaker --port=9120 --log-level=info`, as its DaemonSet starts it. */
function isMetalLb([program = '', ...args]: readonly string[]): boolean {
  return /(^|\/)speaker$/.test(program) && args.some((arg) => /^--(port|log-level|lb-class|config)=/.test(arg));
}

/** Looks under `/proc`. */
export function lookAtNode(): NodeView {
  return { speakers: listSpeakers(), ports: listeningPorts(), bgpPort: findPortOwner(179) };
}

function listSpeakers(): NodeView['speakers'] {
  return listProcesses().flatMap((pid) => {
    if (readIfReadable(`/proc/${pid}/comm`)?.trim() !== 'speaker') return [];
    const args = (readIfReadable(`/proc/${pid}/cmdline`) ?? '').split('\0').filter((arg) => arg !== '');
    return [{ pid, args }];
  });
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
