// The text of `status`, for an operator at three in the morning.

import type { AgentStatus, BirdStatus, ClusterStatus, LiveClusterStatus, PolicyStatus, Problem } from './status.ts';
import { count } from './table.ts';
import { renderDuration, renderMoment } from './time-text.ts';

/** One line per subject, problems last. */
export function renderStatus(status: AgentStatus): string {
  const { now, sessions, excluded } = status;
  const lines: [string, string][] = [
    [
      'node',
      `${status.node}${excluded === undefined ? '' : `: advertises nothing, ${excluded.reason} by ${excluded.at}`}`,
    ],
    ['agent', `bellbird ${status.version}, pid ${status.pid}, up ${renderDuration(now - status.startedAt)}`],
    ...renderPolicy(status.policy, now),
    ['cluster', renderCluster(status.cluster, now)],
    ...renderLive(status.cluster.live, now),
    ['bird', renderBird(status.bird, now)],
    ['sessions', `${sessions.established} of ${sessions.total} established`],
    ['routes', renderRoutes(status.routes)],
    ...renderHeld(status.routes.held, now),
    ...renderProblems(status.problems, now),
  ];
  return lines.map(([subject, text]) => `${subject.padEnd(10)}${text}\n`).join('');
}

function renderPolicy(policy: PolicyStatus, now: number): [string, string][] {
  const origin = policy.origin === 'last-good' ? ', as it was last applied' : '';
  const inEffect =
    policy.loadedAt === undefined
      ? `none in effect; ${policy.entries.join(', ')} was not accepted`
      : `${policy.files.join(', ')}${origin}, loaded ${renderMoment(policy.loadedAt, now)}`;
  if (policy.refused === undefined) return [['policy', inEffect]];
  const { at, reason } = policy.refused;
  return [
    ['policy', inEffect],
    ['', `the files on disk are refused since ${renderMoment(at, now)}: ${reason}`],
  ];
}

function renderCluster(cluster: ClusterStatus, now: number): string {
  if (!cluster.isComplete) return `${cluster.source}, not complete yet`;
  const objects = [
    count(cluster.nodes, 'node'),
    count(cluster.services, 'service'),
    count(cluster.endpointSlices, 'endpoint slice'),
  ].join(', ');
  const change = cluster.lastChangeAt === undefined ? '' : `, last change ${renderMoment(cluster.lastChangeAt, now)}`;
  const recalled =
    cluster.recalledFrom === undefined ? '' : `, as it was saved ${renderMoment(cluster.recalledFrom, now)}`;
  return `${cluster.source}, ${objects}${change}${recalled}`;
}

function renderLive(live: LiveClusterStatus | undefined, now: number): [string, string][] {
  if (live === undefined) return [];
  const { server, lastContactAt, watches, unseen } = live;
  const contact =
    lastContactAt === undefined ? 'not heard from yet' : `last heard from ${renderMoment(lastContactAt, now)}`;
  const lines = [
    `${server}, ${contact}`,
    ...watches.map(
      ({ what, why, objects, trouble }) =>
        `watching ${what}: ${objects}, because ${why}${trouble === undefined ? '' : `; ${trouble}`}`,
    ),
    ...unseen,
  ];
  return lines.map((line) => ['', line]);
}

function renderBird(bird: BirdStatus, now: number): string {
  if (bird.isSilent !== undefined) return `does not answer${bird.pid === undefined ? '' : `, pid ${bird.pid}`}`;
  if (!bird.isRunning) return 'not running';
  const parts = [
    `BIRD ${bird.version ?? 'of unknown version'}`,
    ...(bird.pid === undefined ? [] : [`pid ${bird.pid}`]),
    ...(bird.startedAt === undefined ? [] : [`up ${renderDuration(now - bird.startedAt)}`]),
    ...(bird.how === undefined ? [] : [bird.how]),
    ...(bird.configuredAt === undefined ? [] : [`configured ${renderMoment(bird.configuredAt, now)}`]),
  ];
  return parts.join(', ');
}

function renderRoutes({ advertised, withheld, waiting }: AgentStatus['routes']): string {
  const parts = [`${advertised} advertised`, renderReasons('withheld', withheld)];
  return [...parts, ...(Object.keys(waiting).length === 0 ? [] : [renderReasons('waiting', waiting)])].join(', ');
}

/** The oldest first: who comes later wants to know how it began. */
function renderHeld(held: AgentStatus['routes']['held'], now: number): [string, string][] {
  const [first] = held.toSorted((a, b) => a.since - b.since);
  if (first === undefined) return [];
  const prefixes = held.slice(0, LISTED).map(({ prefix }) => prefix);
  const more = held.length > LISTED ? ` and ${held.length - LISTED} more` : '';
  const since = renderMoment(first.since, now);
  const gone = first.draining === true ? ', withdrawn until `bellbird undrain`' : '';
  return [
    ['', `${held.length} held by guard since ${since}${gone}: ${prefixes.join(', ')}${more}; \`bellbird confirm\``],
  ];
}

/** So many prefixes stand on a line. */
const LISTED = 8;

function renderReasons(what: string, numbers: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(numbers).sort(([a], [b]) => (a < b ? -1 : 1));
  const total = reasons.reduce((sum, [, number]) => sum + number, 0);
  const detail = reasons.map(([reason, number]) => `${reason} ${number}`).join(', ');
  return `${total} ${what}${detail === '' ? '' : ` (${detail})`}`;
}

function renderProblems(problems: readonly Problem[], now: number): [string, string][] {
  if (problems.length === 0) return [['problems', 'none']];
  return problems.map(({ code, message, since }, index) => [
    index === 0 ? 'problems' : '',
    `${code}: ${message} (since ${renderMoment(since, now)})`,
  ]);
}
