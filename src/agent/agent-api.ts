// The questions the running agent answers, and the few things it can be told to do.

import { type Bird, BirdError } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import { buildPlan } from '../engine/index.ts';
import { isRecord } from '../unknown.ts';
import type { Agent } from './agent-view.ts';
import { type DrainApiOptions, drainRoutes } from './drain-api.ts';
import { explanationToJson, renderAgentExplanation } from './explain-view.ts';
import { historyToJson, renderHistory } from './history.ts';
import type { PolicyText } from './last-good.ts';
import { type ApiReply, type ApiRequest, type ApiRoutes, failure } from './local-api.ts';
import { renderRulesLeft } from './loop-rules.ts';
import { METRICS_TYPE } from './metrics/registry.ts';
import { observeRoutes, observeSessions } from './observe.ts';
import { peersToJson, renderPeers, viewPeers } from './peers-view.ts';
import { renderStatus } from './render-status.ts';
import { renderRoutes, routesToJson } from './routes-view.ts';
import { type AgentStatus, statusToJson } from './status.ts';
import { count } from './table.ts';

/** What the answers are made from. */
export interface AgentApiOptions extends DrainApiOptions {
  readonly node: string;
  readonly agent: Agent;
  readonly bird: Bird;
  readonly clock: Pick<Clock, 'now'>;
  readonly status: () => Promise<AgentStatus>;
  /** The policy in effect. */
  readonly policy: () => PolicyText | undefined;
  /** `kube`, or the path of the manifests. */
  readonly source: string;
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
  /** Ends the agent; resolves when BIRD is as it was asked to be, with why rules of `loop-protection` stay. */
  readonly stop: (withdraw: boolean) => Promise<string | undefined>;
}

/** What `/metrics` answers, on the socket and over TCP. */
export function metricsRoutes(read: () => Promise<string>): Pick<ApiRoutes, 'GET /metrics'> {
  return { 'GET /metrics': async () => ({ status: 200, value: null, text: await read(), onlyAs: METRICS_TYPE }) };
}

/** The routes of the local API. */
export function createAgentApi(options: AgentApiOptions): ApiRoutes {
  return {
    ...metricsRoutes(options.metrics),
    'GET /v1/status': async () => {
      const status = await options.status();
      return { status: 200, value: statusToJson(status), text: renderStatus(status) };
    },
    'GET /v1/peers': () => answerPeers(options),
    'GET /v1/routes': () => answerRoutes(options),
    'GET /v1/explain': (request) => answerExplain(options, request),
    'POST /v1/birdc': (request) => answerBirdc(options, request),
    'GET /v1/history': (request) => answerHistory(options, request),
    'GET /v1/policy': () => answerPolicy(options),
    ...drainRoutes(options),
    'POST /v1/restart-bird': () => answerRestart(options),
    'POST /v1/confirm': () => answerConfirm(options),
    'POST /v1/stop': (request) => answerStop(options, request),
  };
}

/** Ends the agent, and says what is left of it. */
export async function answerStop(
  { stop }: Pick<AgentApiOptions, 'stop'>,
  { body }: Pick<ApiRequest, 'body'>,
): Promise<ApiReply> {
  const withdraw = isRecord(body) && body.withdraw === true;
  const failure = await stop(withdraw);
  const done = withdraw
    ? 'the agent and its BIRD have ended; peers have dropped the routes\n'
    : 'the agent has ended; BIRD goes on with its sessions and routes\n';
  const rulesLeft = failure === undefined ? null : renderRulesLeft(failure);
  const text = rulesLeft === null ? done : `${done}note: ${rulesLeft}\n`;
  return { status: 200, value: { apiVersion: 'bellbird/v1', kind: 'Stopped', withdraw, rulesLeft }, text };
}

async function answerPeers({ node, agent, bird }: AgentApiOptions): Promise<ApiReply> {
  const desired = agent.view().applied?.peers ?? [];
  const sessions = await observeSessions(bird);
  const peers = viewPeers(desired, sessions);
  return { status: 200, value: peersToJson(node, peers), text: renderPeers(node, peers) };
}

async function answerRoutes({ node, agent, bird, clock }: AgentApiOptions): Promise<ApiReply> {
  const { engine, ...view } = agent.view();
  if (engine === undefined) return notComplete();
  const plan = buildPlan(engine, [node]);
  const observed = await observeRoutes(bird);
  const inBird = new Set(observed.filter(({ peer }) => peer === undefined).map(({ prefix }) => prefix));
  const state = { now: clock.now(), inBird, holds: view };
  return { status: 200, value: routesToJson(plan, state), text: renderRoutes(plan, state) };
}

async function answerExplain(
  { node, agent, clock, status }: AgentApiOptions,
  { query }: ApiRequest,
): Promise<ApiReply> {
  const view = agent.view();
  const { engine } = view;
  const [subject, peer, asked] = [query.get('subject'), query.get('peer'), query.get('node')];
  if (subject === null) return failure(400, '`subject` is missing: a service, an address or a prefix');
  if (engine === undefined) return notComplete();
  if (asked !== null && asked !== node) {
    return failure(
      400,
      `this agent decides for node \`${node}\` only; ask there, or name a cluster with \`--cluster\``,
    );
  }
  const explanation = engine.explain({ subject, node, ...(peer === null ? {} : { peer }) });
  const unseen = (await status()).cluster.live?.unseen ?? [];
  if (explanation.kind === 'nothing-found') {
    return failure(404, [explanation.message, ...unseen].join('; '), explanation.kind);
  }
  const text = renderAgentExplanation(explanation, view, clock.now(), unseen);
  return { status: 200, value: explanationToJson(explanation, view, unseen), text };
}

async function answerHistory({ node, agent }: AgentApiOptions, { query }: ApiRequest): Promise<ApiReply> {
  const limit = Number(query.get('limit') ?? '20');
  if (!Number.isInteger(limit) || limit < 1) return failure(400, '`limit` is a number from 1');
  const entries = agent.view().history.slice(0, limit);
  return { status: 200, value: historyToJson(node, entries), text: renderHistory(entries) };
}

/** What `plan --against running` needs to know. */
async function answerPolicy({ node, agent, policy, source }: AgentApiOptions): Promise<ApiReply> {
  const text = policy();
  if (text === undefined) return failure(503, 'no policy is in effect yet');
  const held = agent.view().held.size;
  const value = { apiVersion: 'bellbird/v1', kind: 'Policy', node, cluster: source, held, ...text };
  return { status: 200, value, text: `${text.entries.join('\n')}\n` };
}

async function answerRestart({ bird, node }: AgentApiOptions): Promise<ApiReply> {
  try {
    await bird.restart();
  } catch (error) {
    if (error instanceof BirdError) return failure(503, `BIRD was not restarted: ${error.message}`);
    throw error;
  }
  const text = 'BIRD was restarted; peers with graceful restart keep the routes until its sessions are back\n';
  return {
    status: 200,
    value: { apiVersion: 'bellbird/v1', kind: 'BirdRestarted', node, pid: bird.pid() ?? null },
    text,
  };
}

async function answerConfirm({ agent }: AgentApiOptions): Promise<ApiReply> {
  const { released, policy } = await agent.confirm();
  const parts = [
    ...(policy ? ['the policy on trial is kept'] : []),
    ...(released.length > 0 ? [`${count(released.length, 'withdrawal')} let go: ${released.join(', ')}`] : []),
  ];
  const text = parts.length === 0 ? 'nothing waits to be confirmed\n' : parts.map((part) => `${part}\n`).join('');
  return { status: 200, value: { apiVersion: 'bellbird/v1', kind: 'Confirmed', released, policy }, text };
}

async function answerBirdc({ bird }: AgentApiOptions, { body }: ApiRequest): Promise<ApiReply> {
  const command = isRecord(body) ? body.command : undefined;
  if (typeof command !== 'string') return failure(400, '`command` is missing: a command of BIRD, as text');
  try {
    const reply = await bird.command(command);
    const lines = reply.lines.map(({ text }) => text);
    const value = { apiVersion: 'bellbird/v1', kind: 'BirdReply', code: reply.code, ok: reply.kind === 'done', lines };
    return { status: reply.kind === 'done' ? 200 : 409, value, text: lines.map((line) => `${line}\n`).join('') };
  } catch (error) {
    if (error instanceof BirdError) return failure(error.code === 'command-refused' ? 400 : 503, error.message);
    throw error;
  }
}

function notComplete(): ApiReply {
  return failure(503, 'the cluster is not complete yet, so nothing is decided; `bellbird status` says what is missing');
}
