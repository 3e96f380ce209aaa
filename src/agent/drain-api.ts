// `POST /v1/drain` and `POST /v1/undrain`.

import { isRecord } from '../unknown.ts';
import type { Agent } from './agent-view.ts';
import { reasonOf } from './directories.ts';
import type { Drain } from './drain.ts';
import { type ApiReply, type ApiRequest, type ApiRoutes, failure } from './local-api.ts';
import { type OnlyHere, onlyHere } from './only-here.ts';
import { count } from './table.ts';
import { renderDuration, toTimestamp } from './time-text.ts';

/** What the answers are made from. */
export interface DrainApiOptions {
  readonly node: string;
  readonly agent: Pick<Agent, 'idle' | 'view'>;
  readonly drain: Drain;
}

/** How long routes are sent with `graceful-shutdown` unless it is said otherwise. */
const DEFAULT_WAIT_MS = 10_000;
/** A longer wait would be a mistake. */
export const LONGEST_WAIT_MS = 24 * 3_600_000;

/** The handlers. */
export function drainRoutes(options: DrainApiOptions): ApiRoutes {
  return {
    'POST /v1/drain': (request) => answerDrain(options, request),
    'POST /v1/undrain': () => answerUndrain(options),
  };
}

async function answerDrain({ node, agent, drain }: DrainApiOptions, { body }: ApiRequest): Promise<ApiReply> {
  const { waitMs = DEFAULT_WAIT_MS, force = false } = isRecord(body) ? body : {};
  if (typeof waitMs !== 'number' || !(waitMs >= 0 && waitMs <= LONGEST_WAIT_MS)) {
    return failure(400, '`waitMs` is a number of milliseconds, at most a day');
  }
  const { engine } = agent.view();
  if (engine === undefined && force !== true) {
    return failure(
      503,
      'the cluster is not complete yet, so nobody can say what depends on this node; `--force` drains all the same',
    );
  }
  const alone =
    engine === undefined || force === true || drain.view() !== undefined ? [] : await onlyHere(engine, node);
  if (alone.length > 0) return refuse(node, alone);
  try {
    const before = drain.view();
    const view = drain.begin(waitMs);
    await agent.idle();
    const moments = { since: toTimestamp(view.since), withdrawAt: toTimestamp(view.withdrawAt) };
    // Of a drained node the withdrawal is never put off.
    const when =
      before?.withdrawAt === view.withdrawAt ? `at ${moments.withdrawAt} as before` : `after ${renderDuration(waitMs)}`;
    const text = `${node} is drained: its routes are sent with graceful-shutdown and withdrawn ${when}, until \`bellbird undrain\`\n`;
    return { status: 200, value: { apiVersion: 'bellbird/v1', kind: 'Drained', node, ...moments }, text };
  } catch (error) {
    return failure(500, `the drain cannot be written down, so nothing was changed: ${reasonOf(error)}`);
  }
}

async function answerUndrain({ node, agent, drain }: DrainApiOptions): Promise<ApiReply> {
  let wasDrained: boolean;
  try {
    wasDrained = drain.end();
  } catch (error) {
    return failure(500, `the drain cannot be taken back, so nothing was changed: ${reasonOf(error)}`);
  }
  await agent.idle();
  const text = wasDrained ? `${node} announces its routes again\n` : `${node} is not drained\n`;
  return { status: 200, value: { apiVersion: 'bellbird/v1', kind: 'Undrained', node, wasDrained }, text };
}

function refuse(node: string, alone: readonly OnlyHere[]): ApiReply {
  const lines = alone.map(({ prefix, why }) =>
    why === 'limit' ? `  ${prefix}: \`limit\` gave it to this node` : `  ${prefix}: no other node announces it`,
  );
  const message = `${node} is not drained: ${count(alone.length, 'address')} would be lost; \`--force\` drains all the same`;
  const value = { apiVersion: 'bellbird/v1', kind: 'Error', code: 'only-origin', message, addresses: alone };
  return { status: 409, value, text: `error[only-origin]: ${message}\n${lines.join('\n')}\n` };
}
