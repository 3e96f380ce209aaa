// Credentials from an exec plugin (client.authentication.k8s.io). What it gave is used until it runs out; the next one is asked for
// before that, so that a plugin that hangs for a while keeps nobody waiting. Edge: time and processes come from outside.

import { type Clock, systemClock } from '../../clock.ts';
import { isRecord } from '../../unknown.ts';
import { type ExecSettings, type PluginRun, runPlugin } from './run-plugin.ts';

/** What a plugin gives: a token, a certificate with its key, or both. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** A plugin and what it gave last. */
export interface ExecPlugin {
  /** Rejects with an Error that says what is wrong with the plugin. */
  credential(): Promise<ExecCredential>;
  /** The server did not take what the plugin gave last. */
  renew(): void;
  /** Ends what runs. */
  close(): void;
}

/** What it takes from outside; others in tests. */
export interface ExecEdges {
  readonly clock: Clock;
  readonly run: (settings: ExecSettings, clock: Clock) => PluginRun;
}

/** So long a request waits; less than a list or a watch has altogether, so that the failure has the right name. */
const ANSWER_MS = 25_000;
/** A plugin that takes longer hangs. */
const RUN_MS = 60_000;
/** The next credential is asked for so long before the last one runs out, but not in the first three quarters of its time. */
const AHEAD_MS = 5 * 60_000;
/** From a failure to the next try, while the last credential holds. */
const AGAIN_MS = 30_000;

/** A plugin that runs when it is needed first. */
export function createExecPlugin(
  settings: ExecSettings,
  edges: ExecEdges = { clock: systemClock, run: runPlugin },
): ExecPlugin {
  return new CachingPlugin(settings, edges);
}

interface Known {
  readonly credential: ExecCredential;
  /** Milliseconds since 1970; undefined where it does not run out. */
  readonly expires: number | undefined;
  readonly renewFrom: number;
}

class CachingPlugin implements ExecPlugin {
  readonly #settings: ExecSettings;
  readonly #edges: ExecEdges;
  #known: Known | undefined;
  #run: { readonly process: PluginRun; readonly result: Promise<Known> } | undefined;
  #failedAt: number | undefined;

  constructor(settings: ExecSettings, edges: ExecEdges) {
    this.#settings = settings;
    this.#edges = edges;
  }

  async credential(): Promise<ExecCredential> {
    const known = this.#known;
    const now = this.#edges.clock.now();
    const holds = known !== undefined && (known.expires === undefined || now < known.expires);
    if (!holds) return (await this.#waitFor(this.#running())).credential;
    if (now >= known.renewFrom && !this.#hasJustFailed()) this.#running().catch(() => {});
    return known.credential;
  }

  renew(): void {
    this.#known = undefined;
  }

  close(): void {
    this.#run?.process.end('was ended with the agent');
  }

  #hasJustFailed(): boolean {
    return this.#failedAt !== undefined && this.#edges.clock.elapsed() - this.#failedAt < AGAIN_MS;
  }

  /** Whoever asks while it runs waits for the same run. */
  #running(): Promise<Known> {
    this.#run ??= this.#start();
    return this.#run.result;
  }

  #start() {
    const { clock, run } = this.#edges;
    const process = run(this.#settings, clock);
    const limit = clock.after(RUN_MS, () => process.end(`did not answer within ${RUN_MS / 1_000} s, and was killed`));
    const result = process.output
      .then((output) => {
        this.#known = readCredential(output, this.#settings.command, clock.now());
        this.#failedAt = undefined;
        return this.#known;
      })
      .catch((error: unknown) => {
        this.#failedAt = clock.elapsed();
        throw error;
      })
      .finally(() => {
        limit.cancel();
        this.#run = undefined;
      });
    return { process, result };
  }

  #waitFor(result: Promise<Known>): Promise<Known> {
    const { promise, resolve, reject } = Promise.withResolvers<Known>();
    const message = `the exec plugin \`${this.#settings.command}\` has not answered for ${ANSWER_MS / 1_000} s`;
    const limit = this.#edges.clock.after(ANSWER_MS, () => reject(new Error(message)));
    result.then(resolve, reject);
    return promise.finally(() => limit.cancel());
  }
}

/** What it wrote is never quoted: it is a secret. */
function readCredential(output: string, command: string, now: number): Known {
  const parsed = parse(output);
  const status = isRecord(parsed) && isRecord(parsed.status) ? parsed.status : {};
  const text = (name: string) => {
    const value = status[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const credential = { token: text('token'), cert: text('clientCertificateData'), key: text('clientKeyData') };
  if (credential.token === undefined && credential.cert === undefined) {
    throw new Error(`the exec plugin \`${command}\` gave neither a token nor a certificate`);
  }
  const expiry = text('expirationTimestamp');
  if (expiry === undefined) return { credential, expires: undefined, renewFrom: Number.POSITIVE_INFINITY };
  const expires = Date.parse(expiry);
  return { credential, expires, renewFrom: expires - Math.min(AHEAD_MS, (expires - now) / 4) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
