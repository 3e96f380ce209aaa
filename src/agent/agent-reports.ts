// What the agent tells of its work: problems for `status`, and lines of the log. Decides nothing.

import { type ConfigError, type LeftOutPeer, LISTEN, type RestartedSession } from '../bgp/index.ts';
import type { DesiredState, Snapshot } from '../engine/index.ts';
import type { SourceProblem } from '../kube/index.ts';
import { toBirdRefusal } from './bird-refusal.ts';
import { compareRoutes, describeRouteChanges } from './describe-changes.ts';
import type { DrainView } from './drain.ts';
import { guardProblems, secretProblems, turnProblems, waitProblems } from './held-back.ts';
import type { HeldState } from './holds.ts';
import type { Log } from './log.ts';
import { type Meters, noMeters } from './metrics/meters.ts';
import type { NodePlan } from './plan-node.ts';
import type { Problems } from './problems.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './session-restarts.ts';
import { count } from './table.ts';
import { toTimestamp } from './time-text.ts';

/** What can be told. */
export interface AgentReports {
  clusterComplete(snapshot: Snapshot): void;
  /** The cluster is known from what was saved then; undefined: no more. */
  clusterRecalled(savedAt: number | undefined): void;
  /** What waits for a `wait-for`, and what `guard` holds. */
  holds(held: HeldState): void;
  /** The node is drained. */
  drained(drain: DrainView | undefined): void;
  /** BIRD has other routes than what was saved comes to. */
  routesNewer(isNewer: boolean): void;
  /** Something of the cluster cannot be read, or can be again. */
  clusterProblem(problem: SourceProblem, isThere: boolean): void;
  /** What is wrong with the node or its sessions as planned. */
  planned(plan: NodePlan): void;
  /** The files are not taken; `stays` names the policy that goes on. */
  policyRefused(reason: string, stays: string): void;
  policyInEffect(files: readonly string[]): void;
  /** The files are in effect. */
  policyAccepted(): void;
  /** The policy needs more of the cluster than has been read. */
  policyWaits(waits: boolean): void;
  /** The trial of an earlier life cannot be gone on with. */
  trialLost(why: string): void;
  /** What was applied is kept for the next start; `unsaved` says why not. */
  saved(unsaved: string | undefined): void;
  secrets(secrets: Secrets, leftOut: readonly LeftOutPeer[], kept: ReadonlySet<string>): void;
  /** Sessions that wait for their turn to be restarted. */
  turns(stage: Pick<Stage, 'waiting' | 'current' | 'lost' | 'replace'>): void;
  /** Sessions that this change restarts. */
  restarts(sessions: readonly RestartedSession[]): void;
  /** BIRD took a state; `isChanged` is false where it held it already. */
  applied(before: DesiredState | undefined, after: DesiredState, isChanged: boolean): void;
  /** BIRD does not take what the policy in effect comes to. */
  configurationRefused(reason: string): void;
  /** BIRD could not be given the state. */
  failed(code: string, message: string): void;
  fault(error: unknown): void;
}

/** Creates reports that fill `problems`, write to `log` and count. */
export function createAgentReports(problems: Problems, log: Log, meters: Meters = noMeters): AgentReports {
  return {
    ...clusterReports(problems, log),
    ...routeReports(problems),
    ...policyReports(problems, log, meters),
    ...sessionReports(problems, log),
    ...birdReports(problems, log, meters),
    planned: (plan) => problems.set('node', plan.problems),
    fault: (error) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ event: 'fault' }, `internal error, the routes stay as they are: ${message}`);
      problems.set('fault', [{ subject: 'agent', code: 'fault', message: 'internal error; the log says more' }]);
    },
  };
}

function clusterReports(problems: Problems, log: Log) {
  return {
    clusterComplete: ({ nodes, services }) =>
      log.info({ event: 'cluster-complete', nodes: nodes.size, services: services.size }, 'the cluster is complete'),
    clusterRecalled: (savedAt) => {
      const message = 'the cluster cannot be read yet; policy and routes go on from what was last applied';
      const isThere = savedAt !== undefined;
      problems.set('recalled', isThere ? [{ subject: 'cluster', code: 'cluster-recalled', message }] : []);
      if (!isThere) problems.set('newer', []);
    },
    clusterProblem: createClusterReport(problems),
  } satisfies Partial<AgentReports>;
}

/** What keeps routes from being announced or withdrawn. */
function routeReports(problems: Problems) {
  return {
    holds: ({ unanswered, waiting, held, beyond, isWithdrawn }) => {
      problems.set('wait-for', waitProblems(unanswered, waiting.size));
      problems.set('guard', guardProblems(held.size, beyond.size, isWithdrawn));
    },
    drained: (drain) => {
      const since = toTimestamp(drain?.since);
      const message = `the node is drained since ${since}: its service routes are withdrawn, until \`bellbird undrain\``;
      problems.set('drain', drain === undefined ? [] : [{ subject: 'node', code: 'draining', message }]);
    },
    routesNewer: (isNewer) => {
      const message = 'BIRD has other routes than were last saved; they stay until the cluster can be read';
      problems.set('newer', isNewer ? [{ subject: 'routes', code: 'routes-newer', message }] : []);
    },
  } satisfies Partial<AgentReports>;
}

function policyReports(problems: Problems, log: Log, meters: Meters) {
  return {
    policyRefused: (reason, stays) => {
      const message = `the policy files are refused: ${reason}; ${stays} goes on, and \`bellbird check\` shows every mistake`;
      problems.set('policy', [{ subject: 'files', code: 'policy-refused', message }]);
      meters.policyRead('refused');
    },
    policyInEffect: (files) => log.info({ event: 'policy-in-effect', files }, 'the policy is in effect'),
    policyAccepted: () => {
      problems.set('policy', []);
      meters.policyRead('accepted');
    },
    policyWaits: (waits) => {
      const message = 'the policy files wait until what they need of the cluster is read; the policy in effect goes on';
      problems.set('wait', waits ? [{ subject: 'policy', code: 'cluster-incomplete', message }] : []);
    },
    trialLost: (why) => {
      const message = `a policy was on trial when the agent ended; nothing is put back if it costs a session, because ${why}`;
      log.warn({ event: 'trial-lost' }, message);
    },
    saved: (unsaved) => {
      const message = `what was applied could not be kept for the next start: ${unsaved}; what was kept before stays`;
      problems.set('state', unsaved === undefined ? [] : [{ subject: 'policy', code: 'state-not-saved', message }]);
    },
  } satisfies Partial<AgentReports>;
}

const REPLACED =
  'all sessions restart at once for another socket; BIRD is replaced for it, so that peers with graceful restart keep the routes';

const AT_ONCE =
  'all these sessions restart at once for another socket, and their peers drop the routes of this node until they are back';

function sessionReports(problems: Problems, log: Log) {
  let isReplaced = false;
  return {
    secrets: (secrets, leftOut, kept) => problems.set('password', secretProblems(secrets, leftOut, kept)),
    turns: (stage) => {
      problems.set('turn', turnProblems(stage));
      isReplaced = stage.replace;
      if (isReplaced) log.warn({ event: 'bird-replaced' }, REPLACED);
    },
    restarts: (sessions) => {
      if (!isReplaced && sessions.some(({ why }) => why.includes(LISTEN))) {
        log.warn({ event: 'sessions-restart' }, AT_ONCE);
      }
      for (const { peer, why } of sessions) {
        log.warn({ event: 'session-restarts', peer, why }, `the session with \`${peer}\` restarts: ${why.join(', ')}`);
      }
    },
  } satisfies Partial<AgentReports>;
}

function birdReports(problems: Problems, log: Log, meters: Meters) {
  return {
    applied: (before, after, isChanged) => {
      problems.set('bird', []);
      problems.set('fault', []);
      reportRoutes(log, meters, before, after, isChanged);
    },
    configurationRefused: (reason) => {
      const message = `BIRD refuses its configuration, the routes stay as they are: ${reason}`;
      problems.set('bird', [{ subject: 'bird', code: 'configuration-refused', message }]);
    },
    failed: (code, message) => {
      const { help } = toBirdRefusal({ code, message });
      const effect = 'the routes stay as they are, and it is tried again every 5 s';
      problems.set('bird', [{ subject: 'bird', code, message: `${message}; ${effect}; ${help}` }]);
    },
  } satisfies Partial<AgentReports>;
}

function createClusterReport(problems: Problems): AgentReports['clusterProblem'] {
  const present = new Map<string, SourceProblem>();
  return (problem, isThere) => {
    const key = `${problem.where} ${problem.message}`;
    if (isThere) present.set(key, problem);
    else present.delete(key);
    const found = [...present].map(([subject, { where, message }]) => ({
      subject,
      code: 'cluster-unreadable',
      message: `${where}: ${message}`,
    }));
    problems.set('cluster', found);
  };
}

function reportRoutes(
  log: Log,
  meters: Meters,
  before: DesiredState | undefined,
  after: DesiredState,
  isChanged: boolean,
): void {
  const routes = after.routes.length;
  if (!isChanged && before === undefined) {
    log.info({ event: 'routes-kept', routes }, `BIRD holds the ${count(routes, 'route')} of this node already`);
    return;
  }
  const changes = compareRoutes(before, after);
  const text = describeRouteChanges(changes);
  if (text === undefined) return;
  const { announced, withdrawn, changed } = changes;
  const counts = { announced: announced.length, withdrawn: withdrawn.length, changed: changed.length };
  meters.routesChanged(counts);
  log.info({ event: 'routes-applied', ...counts, routes }, text);
}

/** `line 7: syntax error` and how many more. */
export function renderConfigErrors(errors: readonly ConfigError[]): string {
  const [first, ...rest] = errors;
  if (first === undefined) return 'it gives no reason';
  const place = first.line === undefined ? '' : `line ${first.line}: `;
  return `${place}${first.message}${rest.length === 0 ? '' : ` and ${count(rest.length, 'more error')}`}`;
}
