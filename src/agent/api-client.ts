// Asks the running agent over its socket.

import { request } from 'node:http';
import { join } from 'node:path';
import type { Refusal } from './refusal.ts';

/** What the agent answered, or that there is none. */
export type AgentAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'no-agent'; readonly refusal: Refusal };

/** One question to the agent. */
export interface AgentQuestion {
  readonly method: 'GET' | 'POST';
  /** Path and query, such as `/v1/explain?subject=shop/cart`. */
  readonly path: string;
  readonly body?: unknown;
  readonly form: 'text' | 'json';
}

/** How long a command waits for an answer that does not come, in milliseconds. */
const PATIENCE = 30_000;

/** The path of the agent's socket in a runtime directory. */
export function agentSocketPath(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'agent.sock');
}

/** Puts a question to the agent of a runtime directory. */
export function askAgent(runtimeDirectory: string, question: AgentQuestion): Promise<AgentAnswer> {
  const socketPath = agentSocketPath(runtimeDirectory);
  const body = question.body === undefined ? undefined : JSON.stringify(question.body);
  return new Promise((resolve) => {
    const call = request(
      {
        socketPath,
        method: question.method,
        path: question.path,
        timeout: PATIENCE,
        headers: {
          accept: question.form === 'text' ? 'text/plain' : 'application/json',
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve(noAgent(socketPath, error)));
        response.on('end', () =>
          resolve({
            kind: 'answer',
            status: response.statusCode ?? 500,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    call.on('error', (error) => resolve(noAgent(socketPath, error)));
    call.end(body);
  });
}

function noAgent(socketPath: string, error: NodeJS.ErrnoException): AgentAnswer {
  const isDenied = error.code === 'EACCES' || error.code === 'EPERM';
  const reason = error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? undefined : error.message;
  return {
    kind: 'no-agent',
    refusal: {
      code: 'no-agent',
      message: isDenied
        ? `the socket of the agent, \`${socketPath}\`, may be used by its owner only`
        : `no agent answers at \`${socketPath}\`${reason === undefined ? '' : `: ${reason}`}`,
      help: isDenied
        ? 'run the command as the user of the agent, or as root'
        : 'start one with `bellbird run`, or name the folder of a running one with `--runtime-dir DIR`',
    },
  };
}
