// The policy that the running agent has in effect, for `plan --against running`.

import { askAgent } from '../agent/api-client.ts';
import { resolveDirectories } from '../agent/directories.ts';
import { isStringList, parseJson } from '../agent/json.ts';
import { loadPolicyText } from '../agent/load-policy.ts';
import type { Policy } from '../dsl/index.ts';
import { isRecord } from '../unknown.ts';
import { CliError } from './exit-code.ts';
import type { DirectoryOptions } from './options.ts';

/** What an agent runs with. */
export interface RunningPolicy {
  readonly policy: Policy;
  readonly node: string;
  /** `kube`, or the path of the manifests. */
  readonly cluster: string;
  /** How many withdrawals its guard holds. */
  readonly held: number;
}

/** Asks the agent. Throws where none answers, or where what it answers is not understood. */
export async function readRunningPolicy(options: DirectoryOptions): Promise<RunningPolicy> {
  const { runtime } = resolveDirectories(options, process.env);
  const answer = await askAgent(runtime, { method: 'GET', path: '/v1/policy', form: 'json' });
  if (answer.kind === 'no-agent') throw new CliError(answer.refusal);
  const value = parseJson(answer.body);
  if (answer.status !== 200 || !isRecord(value)) throw notUnderstood();
  const { entries, files, node, cluster, held } = value;
  if (!isStringList(entries) || !isRecord(files) || typeof node !== 'string' || typeof cluster !== 'string') {
    throw notUnderstood();
  }
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
  const { policy } = loadPolicyText({ entries, files: texts });
  if (policy === undefined) throw notUnderstood();
  return { policy, node, cluster, held: typeof held === 'number' ? held : 0 };
}

function notUnderstood(): CliError {
  return new CliError({
    code: 'no-policy',
    message: 'the running agent does not tell a policy that this version understands',
    help: 'see `bellbird status`; an agent that is starting has none yet',
  });
}
