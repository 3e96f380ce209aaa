// Desired state → the text of BIRD's configuration file. Pure: equal states give byte-equal text, so that comparing
// texts is comparing states. The file is whole: what does not stand in it, BIRD drops.

import type { Filter, FilterList } from '../dsl/policy.ts';
import type { DesiredState } from '../engine/desired-state.ts';
import { markUseOf } from './bird-conditions.ts';
import { renderDiscovery } from './bird-discovery.ts';
import { renderFilter } from './bird-filters.ts';
import { renderInstall } from './bird-kernel.ts';
import { MARKS, type MarkUse, renderMarkDefinitions } from './bird-marks.ts';
import {
  type LeftOutPeer,
  type PeerContext,
  renderBfd,
  renderOriginate,
  renderPeer,
  whyLeftOut,
} from './bird-peers.ts';
import { MED, PREPEND, renderRoutes } from './bird-routes.ts';
import { comment, quoteExactly, seconds } from './bird-syntax.ts';
import { loopTables, renderLoopTables } from './loop-protection.ts';

/** The first line of every configuration of ours: a file that starts otherwise is somebody else's. */
export const CONFIG_HEADER = '# bellbird owns this file: it is written anew on every change. Do not edit it.';

/** Where BIRD starts a new log file; it keeps one old one. */
const LOG_BYTES = 1_048_576;

/** BIRD exports to nobody until slow peers are back or this is over; half of it would be too short for small times. */
const LONGEST_RESTART_WAIT_S = 30;

/** What a rendering needs besides the desired state. */
export interface RenderOptions {
  /** Passwords by peer name. A peer whose password is missing or cannot be written gets no session. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Port of the socket that BIRD opens where the speaker does not listen; default 1790. */
  readonly listenOffPort?: number;
  /** Where BIRD logs; absent: to its standard error. */
  readonly logFile?: string;
  /** The router id of a BIRD that is running already; it keeps its own, because another one ends all its sessions. */
  readonly routerId?: string;
  /** Routes of peers are not written to the kernel for now; it keeps what it has. */
  readonly holdInstalled?: boolean;
}

/** The configuration file for a desired state. */
export function renderBirdConfig(desired: DesiredState, options: RenderOptions): string {
  return render(desired, options, false);
}

/** The same for people to read: passwords are replaced by `…`, and peers whose password is not at hand are shown. */
export function renderBirdConfigRedacted(desired: DesiredState, options: Omit<RenderOptions, 'secrets'> = {}): string {
  return render(desired, { ...options, secrets: new Map() }, true);
}

/** The peers that get no session, because their password is missing or cannot be written. */
export function peersLeftOut(desired: DesiredState, secrets: ReadonlyMap<string, string>): readonly LeftOutPeer[] {
  return desired.peers.flatMap((peer) => whyLeftOut(peer, secrets) ?? []);
}

/** The router id that stands in a configuration of ours. */
export function routerIdOf(config: string): string | undefined {
  return /^router id (\S+);$/m.exec(config)?.[1];
}

/** The port that a configuration of ours chose for a speaker that does not listen. */
export function listenOffPortOf(config: string): number | undefined {
  const port = /^# listen off: BIRD opens port (\d+)$/m.exec(config)?.[1];
  return port === undefined ? undefined : Number(port);
}

function render(desired: DesiredState, options: RenderOptions, redacted: boolean): string {
  const frame = renderFrame(desired, options, redacted);
  const routes = renderRoutes(desired.routes, frame.use);
  const peers = desired.peers.map((peer) => peer.name);
  return joinSections([
    frame.globals,
    renderMarkDefinitions(frame.use.range ? desired.ranges : [], [...peers, ...routes.allowed], frame.use.services),
    routes.functions,
    ...routes.protocols.map((protocol) => [protocol]),
    renderLoopTables(loopTables(desired), desired.speaker.loopProtection?.action ?? 'drop'),
    [frame.policy],
  ]);
}

function joinSections(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  // Not by `join`, which would copy all routes once more.
  return `${texts.reduce((whole, text) => `${whole}\n\n${text}`)}\n`;
}

/** What does not depend on the routes. */
interface Frame {
  readonly use: MarkUse;
  readonly globals: readonly string[];
  readonly policy: string;
}

/** Everything a frame is made of, to be compared part by part. */
type FrameSource = readonly unknown[];

/** The last frame of a list of peers: most changes concern routes only. */
const frames = new WeakMap<DesiredState['peers'], { readonly source: FrameSource; readonly frame: Frame }>();

function renderFrame(desired: DesiredState, options: RenderOptions, redacted: boolean): Frame {
  const { holdInstalled, listenOffPort, logFile, routerId, secrets } = options;
  const lists = [desired.ranges, desired.filters, [...secrets].flat()];
  const source = [
    desired.speaker,
    listenOffPort,
    logFile,
    routerId,
    holdInstalled,
    redacted,
    ...lists.flatMap((list) => [0, ...list]),
  ];
  const last = frames.get(desired.peers);
  if (last !== undefined && isSameList(last.source, source)) return last.frame;
  const frame = buildFrame(desired, options, redacted);
  frames.set(desired.peers, { source, frame });
  return frame;
}

function isSameList(a: FrameSource, b: FrameSource): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

function buildFrame(desired: DesiredState, options: RenderOptions, redacted: boolean): Frame {
  const peers = [...desired.peers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const filters = usedFilters(desired);
  const context: PeerContext = {
    speaker: desired.speaker,
    peers,
    secrets: options.secrets,
    listenOffPort: options.listenOffPort ?? 1790,
    redacted,
  };
  const install = renderInstall(desired.speaker, peers, options.holdInstalled === true);
  const sections = [
    ...[renderBfd(context), renderDiscovery(peers), install].filter(hasLines),
    renderOriginate(),
    ...filters.map((filter) => renderFilter(filter, desired.ranges)),
    ...peers.map((peer) => renderPeerOrReason(peer, context)),
  ];
  return {
    use: markUseOf(filters),
    globals: renderGlobals(desired, options, context),
    policy: sections.map((lines) => lines.join('\n')).join('\n\n'),
  };
}

function renderGlobals(desired: DesiredState, options: RenderOptions, context: PeerContext): readonly string[] {
  const target = options.logFile === undefined ? 'stderr' : rotatedLog(options.logFile);
  return [
    CONFIG_HEADER,
    ...(desired.speaker.listen.kind === 'off' ? [`# listen off: BIRD opens port ${context.listenOffPort}`] : []),
    `router id ${options.routerId ?? desired.speaker.routerId};`,
    `log ${target} all;`,
    `graceful restart wait ${restartWait(desired)};`,
    'protocol device { }',
    `attribute lclist ${MARKS};`,
    `attribute int ${MED};`,
    `attribute int ${PREPEND};`,
  ];
}

function rotatedLog(path: string): string {
  return `${quoteExactly(path)} ${LOG_BYTES} ${quoteExactly(`${path}.old`)}`;
}

function hasLines(lines: readonly string[]): boolean {
  return lines.length > 0;
}

/** At most half of the shortest time that peers keep stale routes: what changed meanwhile must reach them in time. */
function restartWait(desired: DesiredState): number {
  const times = [desired.speaker, ...desired.peers].flatMap(({ gracefulRestartMs }) => gracefulRestartMs ?? []);
  return Math.min(LONGEST_RESTART_WAIT_S, ...times.map((time) => Math.max(1, Math.floor(seconds(time) / 2))));
}

function renderPeerOrReason(peer: DesiredState['peers'][number], context: PeerContext): readonly string[] {
  const leftOut = context.redacted ? undefined : whyLeftOut(peer, context.secrets);
  if (leftOut === undefined) return renderPeer(peer, context);
  return [comment(`peer ${peer.name} has no session: its password ${whatIsWrong(leftOut)}`)];
}

/** What is wrong with a password, to go on behind `its password`. */
export function whatIsWrong({ reason }: LeftOutPeer): string {
  const texts = {
    'password-missing': 'is missing',
    'password-unusable': 'has a character that BIRD cannot read',
    'password-too-long': 'has more than the 80 bytes of TCP-AO',
  } as const;
  return texts[reason];
}

/** The filters that some peer of this node uses, by name. */
function usedFilters(desired: DesiredState): readonly Filter[] {
  const names = (list: FilterList) => (list.kind === 'filters' ? list.filters : []);
  const used = new Set(desired.peers.flatMap((peer) => [...names(peer.export), ...names(peer.import)]));
  return desired.filters.filter((filter) => used.has(filter.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
