// One agent from start to end: its folders, its socket, BIRD, the policy, the cluster, the loop, and the order in which
// they are let go. Returns the exit code of the process. Signals and arguments are the command's.

import { resolve } from 'node:path';
import { type Bird, BirdError, openBird } from '../bgp/index.ts';
import { familyOfText } from '../dsl/index.ts';
import type { DesiredState } from '../engine/index.ts';
import { createAgent } from './agent.ts';
import { createAgentApi, metricsRoutes } from './agent-api.ts';
import type { Agent } from './agent-view.ts';
import { agentSocketPath } from './api-client.ts';
import { askUrl } from './ask-url.ts';
import { toBirdRefusal } from './bird-refusal.ts';
import { createBirdWatch } from './bird-watch.ts';
import { hasOneOf } from './capabilities.ts';
import { claimSocket } from './claim-socket.ts';
import { prepareDirectories, reasonOf } from './directories.ts';
import { createDrain } from './drain.ts';
import { readIfReadable } from './files.ts';
import { createGatewayMemory } from './gateway-memory.ts';
import { createFactsReader } from './gateways.ts';
import { createPolicyRecall, readBootId, recallGood, writeLastGood } from './last-good.ts';
import { checkListen } from './listen-check.ts';
import { loadPolicy } from './load-policy.ts';
import { type ApiRoutes, createApiServer } from './local-api.ts';
import type { Log } from './log.ts';
import { lookAtSessions } from './look-at-sessions.ts';
import { renderRulesLeft } from './loop-rules.ts';
import { collectGarbage, keepCompilerSmall, keepHeapSmall, releaseMemory } from './memory.ts';
import { type MetricsEndpoint, serveMetrics } from './metrics/metrics-endpoint.ts';
import { createMetricsRegistry } from './metrics/registry.ts';
import { checkKernel, createNodeKernel } from './node-kernel.ts';
import { watchOtherSpeakers } from './other-speakers.ts';
import { type CheckedPolicy, createPolicyKeeper, type PolicyKeeper } from './policy-keeper.ts';
import type { Refusal } from './refusal.ts';
import { releaseWhenQuiet } from './release-when-quiet.ts';
import type { RunOptions } from './run-options.ts';
import type { AgentRun, Ending, Run } from './run-parts.ts';
import { exposeMetrics, readStatus } from './run-status.ts';
import { readSecrets } from './secrets.ts';
import { createServiceEvents, type ServiceEvents, type ServiceEventsOptions } from './service-events.ts';
import { createServiceManager, type ServiceManager } from './service-manager.ts';
import { createSessionWatch } from './session-watch.ts';
import { count } from './table.ts';
import { createTrialFile } from './trial-file.ts';
import { createFileWatch, type FileWatch } from './watch-files.ts';

/** Exit code of an agent: 0 ended as asked, 1 no policy to run with, 2 trouble with the system. */
export type RunResult = 0 | 1 | 2;

/** Runs an agent until it is told to stop. */
export async function runAgent(options: RunOptions): Promise<RunResult> {
  const { directories, log } = options;
  // Code caches are refused after this, but for those that the executable takes: its loader sees to that.
  keepCompilerSmall();
  keepHeapSmall();
  const programs = prepareDirectories(directories);
  if (programs.kind === 'refused') return refuse(options, programs.refusal);
  let routes: ApiRoutes | undefined;
  const server = createApiServer(
    () => routes,
    (error) => reportApiFault(log, error),
  );
  const claim = await claimSocket(server, agentSocketPath(directories.runtime));
  if (claim.kind === 'refused') return refuse(options, claim.refusal);
  try {
    return await runClaimed(options, programs.path, {
      serve: (ready) => {
        routes = ready;
      },
      release: claim.release,
    });
  } catch (error) {
    if (!(error instanceof BirdError)) throw error;
    return refuse(options, toBirdRefusal(error));
  } finally {
    claim.release();
    server.close();
  }
}

function reportApiFault(log: Log, error: unknown): void {
  log.error({ event: 'fault' }, `internal error in the local API: ${String(error)}`);
}

/** Runs with the runtime directory in hand. */
async function runClaimed(
  options: RunOptions,
  programFolder: string,
  api: { readonly serve: (routes: ApiRoutes) => void; readonly release: () => void },
): Promise<RunResult> {
  const { clock, directories, image, log, node } = options;
  const keeper = createKeeper(options);
  const first = choosePolicy(options, keeper);
  if (first === undefined) return 1;
  const birdWatch = createBirdWatch(clock, log);
  const bird = await openBird({
    directory: directories.runtime,
    programFolder,
    image,
    clock,
    onEvent: birdWatch.onEvent,
  });
  const { promise: ending, resolve: end } = Promise.withResolvers<Ending>();
  const run = createRun(options, { keeper, bird, birdWatch, end, ending });
  const stopped = Promise.withResolvers<string | undefined>();
  api.serve(
    createAgentApi({
      node,
      agent: run.agent,
      bird,
      clock,
      status: () => readStatus(run),
      policy: () => keeper.inEffect()?.loaded.text,
      drain: run.drain,
      // Whoever asks may stand in another folder.
      source: options.cluster.name === 'kube' ? 'kube' : resolve(options.cluster.name),
      metrics: () => exposeMetrics(run),
      stop: (withdraw) => {
        end({ kind: 'stop', withdraw });
        return stopped.promise;
      },
    }),
  );
  const { result, rulesLeft } = await live(run, first);
  api.release();
  stopped.resolve(rulesLeft);
  return result;
}

function createRun(
  options: RunOptions,
  given: Pick<Run, 'keeper' | 'bird' | 'birdWatch' | 'end' | 'ending'>,
): AgentRun {
  const { clock, cluster, directories, log } = options;
  const registry = createMetricsRegistry();
  const gateways = createGatewayMemory({ runtimeDirectory: directories.runtime, bootId: readBootId(), log });
  const run: Run = {
    ...given,
    options,
    source: cluster.open(log),
    secrets: cluster.openSecrets?.(),
    drain: createDrain(directories.state, clock),
    events: openEvents(options, registry.meters.eventDue),
    registry,
    readFacts: createFactsReader(readIfReadable, gateways),
    kernel: createNodeKernel({ bird: given.bird, clock, view: () => agent.view() }),
    startedAt: clock.now(),
  };
  const agent = createNodeAgent(run);
  const sessionWatch = createSessionWatch(log, agent.view().problems, {
    // BFD's packets have the highest priority, which takes one of these.
    mayUseBfd: () => birdHasOneOf(given.bird, ['CAP_NET_RAW', 'CAP_NET_ADMIN']),
    mayAdvertise: () => birdHasOneOf(given.bird, ['CAP_NET_RAW']),
  });
  return { ...run, agent, sessionWatch };
}

function openEvents(
  { clock, cluster, log, node }: RunOptions,
  onOutcome: ServiceEventsOptions['onOutcome'],
): ServiceEvents | undefined {
  const writer = cluster.openEvents?.();
  return writer && createServiceEvents({ node, writer, clock, log, onOutcome });
}

/** How a run ended. */
interface Ended {
  readonly result: RunResult;
  /** Why rules of `loop-protection` stay that should be gone. */
  readonly rulesLeft: string | undefined;
}

/** From the first reading of the cluster to the last word to BIRD. */
async function live(run: AgentRun, first: CheckedPolicy): Promise<Ended> {
  const { agent, end, ending, options } = run;
  const { log, node, signals, version } = options;
  const manager = connectManager(run);
  const files = followFiles(run, manager);
  signals.onStop(() => end({ kind: 'stop', withdraw: false }));
  const stopLooking = lookAtSessions(run);
  log.info({ event: 'agent-started', node, version }, `the agent of node ${node} starts`);
  let failure: unknown;
  try {
    agent.start(first);
  } catch (error) {
    // What cannot even begin ends in good order as well: watches and handlers of signals would keep the process alive.
    failure = error;
    end({ kind: 'stop', withdraw: false });
  }
  manager.ready();
  const stopReleasing = releaseWhenQuiet(run.options.clock, () => stateOf(run), {
    first: releaseMemory,
    again: collectGarbage,
  });
  const metrics = openMetrics(run);
  const stopLookingAround = lookAround(run);
  const how = await ending;
  stopReleasing();
  manager.leave();
  metrics?.close();
  stopLookingAround();
  stopLooking();
  await files.close();
  await agent.stop();
  await run.events?.stop();
  const { rulesLeft, words } = await leaveBird(run, how);
  if (failure !== undefined) throw failure;
  if (how.kind === 'fatal') return { result: refuse(options, how.refusal), rulesLeft };
  log.info({ event: 'agent-stopped', withdraw: how.withdraw }, `the agent ends; ${words}`);
  return { result: 0, rulesLeft };
}

/** Reads the policy again when its files change, and when the agent is told to. */
function followFiles({ agent, keeper, options }: AgentRun, manager: ServiceManager): FileWatch {
  const reload = (resync: boolean) => {
    agent.reload(resync);
    files.follow(keeper.directories());
  };
  const files = createFileWatch(options.clock, () => reload(false));
  files.follow(keeper.directories());
  options.signals.onReload(() => {
    void manager.reload(() => {
      reload(true);
      return agent.idle();
    });
  });
  return files;
}

function connectManager({ agent, options }: AgentRun): ServiceManager {
  const { clock, env, log } = options;
  return createServiceManager({
    env,
    clock,
    status: () => summarize(agent),
    onFailure: (reason) => log.warn({ event: 'service-manager' }, `systemd cannot be told: ${reason}`),
  });
}

function openMetrics(run: AgentRun): MetricsEndpoint | undefined {
  const { clock, log, metrics: address } = run.options;
  if (address === undefined) return undefined;
  return serveMetrics({
    address,
    routes: metricsRoutes(() => exposeMetrics(run)),
    problems: run.agent.view().problems,
    clock,
    onFault: (error) => reportApiFault(log, error),
  });
}

/** Looks who else announces on this node; where the cluster is in files, this is none of its nodes. */
function lookAround({ agent, options, source }: AgentRun): () => void {
  if (source.status === undefined) return () => {};
  return watchOtherSpeakers({
    clock: options.clock,
    log: options.log,
    problems: agent.view().problems,
    hasBgpPort: () => {
      const listen = agent.view().applied?.speaker.listen;
      return listen && listen.kind !== 'off' && listen.port === 179;
    },
  });
}

/** Leaves BIRD running, or ends it with the routes. Returns what became of it, in words. */
async function leaveBird(
  { bird, kernel, options }: Run,
  how: Ending,
): Promise<{ readonly words: string } & Pick<Ended, 'rulesLeft'>> {
  const withdraw = how.kind === 'stop' && how.withdraw;
  const wasAbsent = bird.state() === 'absent';
  const rulesLeft = await kernel.leave({ withdraw });
  if (rulesLeft !== undefined) options.log.warn({ event: 'loop-rules-left' }, renderRulesLeft(rulesLeft));
  await bird.stop({ withdraw });
  if (withdraw) return { words: 'BIRD has ended and the routes are withdrawn', rulesLeft };
  return { words: wasAbsent ? 'no BIRD was running' : 'BIRD goes on with its sessions and routes', rulesLeft };
}

/** One line for `systemctl status`. */
function summarize(agent: Agent): string {
  const { applied, problems } = agent.view();
  const routes = applied === undefined ? 'no routes yet' : count(applied.routes.length, 'route');
  return [routes, ...new Set(problems.list().map(({ code }) => code))].join(', ');
}

/** Another text after every change of the cluster or of the policy; undefined until the first state is carried out. */
function stateOf({ agent, keeper }: AgentRun): string | undefined {
  const { lastChangeAt, plan } = agent.view();
  return plan === undefined ? undefined : `${lastChangeAt} ${keeper.status().loadedAt}`;
}

function createKeeper({ clock, denyWarnings, directories, log, policy }: RunOptions): PolicyKeeper {
  return createPolicyKeeper({
    clock,
    entries: policy,
    denyWarnings,
    load: loadPolicy,
    lastGood: createPolicyRecall(directories.state, log),
  });
}

/** The policy on disk, else the one that was last applied; undefined, and the user is told, if there is neither. */
function choosePolicy(options: RunOptions, keeper: PolicyKeeper): CheckedPolicy | undefined {
  const reading = keeper.read();
  if (reading.kind === 'checked') return reading.candidate;
  const recalled = keeper.recall();
  if (recalled === undefined) options.onRefusedPolicy(reading.loaded);
  return recalled;
}

/** Of a source that has no Secrets. */
const NO_SECRETS = { kind: 'missing', message: 'Secrets cannot be read from here' } as const;

function createNodeAgent(run: Run): Agent {
  const { options, keeper, source, secrets, events, bird, end, readFacts, registry, kernel, drain } = run;
  const { clock, cluster, directories, env, log, node } = options;
  // Another cluster of the same machine is another one, even if both are called `kube`.
  const identify = () => source.status?.()?.server ?? cluster.name;
  return createAgent({
    node,
    keeper,
    source,
    bird,
    ...(secrets && { secrets }),
    readSecrets: ({ peers }, kept) =>
      readSecrets(peers, { env, kept, readSecret: (ref) => secrets?.read(ref) ?? NO_SECRETS }),
    readFacts,
    askUrl,
    checkStart,
    saveGood: async (policy, snapshot, held, kept) => {
      const bird = { ...(held.length > 0 && { held }), ...(kept.length > 0 && { kept }) };
      const saved = { policy, ...bird, cluster: { source: identify(), node, snapshot } };
      try {
        await writeLastGood(directories.state, { bootId: readBootId(), savedAt: clock.now(), ...saved });
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
    recallGood: () => recallGood(directories.state, { bootId: readBootId(), source: identify(), node }),
    trialFile: createTrialFile(directories.state, readBootId()),
    drain,
    onApplied: kernel.follow,
    onFatal: (refusal) => end({ kind: 'fatal', refusal }),
    clock,
    log,
    meters: registry.meters,
    ...(events && { onRoutes: events.applied.bind(events) }),
  });
}

/** Whether BIRD will be able to do in the kernel what the policy says, and to listen where it says. */
async function checkStart({ speaker, peers }: DesiredState): Promise<Refusal | undefined> {
  const refusal = checkKernel(speaker);
  const { listen } = speaker;
  if (refusal !== undefined || listen.kind === 'off') return refusal;
  const families = new Set(peers.flatMap(({ address }) => familyOfText(address) ?? []));
  return checkListen(listen.address, listen.port, families);
}

function birdHasOneOf(bird: Bird, names: Parameters<typeof hasOneOf>[1]): boolean | undefined {
  const pid = bird.pid();
  return pid === undefined ? undefined : hasOneOf(pid, names);
}

function refuse({ onRefusal }: RunOptions, refusal: Refusal): 2 {
  onRefusal(refusal);
  return 2;
}
