// What every request needs to be let in, fresh for each: rotated tokens, renewed certificates and rewritten kubeconfig files
// are taken up without a restart, and an exec plugin runs again when its token has run out or was refused.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { messageOf } from '../../unknown.ts';
import { ApiError } from './api-error.ts';
import { createExecPlugin, type ExecCredential, type ExecEdges, type ExecPlugin } from './exec-plugin.ts';
import { type HeaderLists, type KubeconfigOptions, type LoadedConfig, loadKubeconfig } from './kubeconfig.ts';
import { proxyFromEnvironment } from './no-proxy.ts';

/** Where to send a request, and with what. */
export interface Access {
  readonly server: URL;
  readonly headers: HeaderLists;
  readonly tls: TlsSettings;
  readonly proxy: string | undefined;
  /** The same for as long as open connections may be used for the next request. */
  readonly fingerprint: string;
}

/** TLS settings in the form that Node takes. */
export type TlsSettings = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/** Who we are to the API server. */
export interface Credentials {
  /** For messages: files, or `service account`. */
  readonly origin: string;
  /** The server, for messages; empty while the configuration does not load. */
  readonly server: string;
  /** Throws an ApiError if something cannot be read or run. */
  access(): Promise<Access>;
  /** Called after the server refused the credentials: nothing that was read before is used again. */
  renew(): void;
  /** Ends what still runs. */
  close(): void;
}

/** Credentials from the kubeconfig or the service account; throws an Error if neither names a cluster. */
export function openCredentials(options: KubeconfigOptions, edges?: ExecEdges): Credentials {
  return new LoadedCredentials(options, edges);
}

class LoadedCredentials implements Credentials {
  readonly #options: KubeconfigOptions;
  readonly #edges: ExecEdges | undefined;
  #loaded: LoadedConfig;
  #stamp: string;
  #stale = false;
  #plugin: { readonly exec: string; readonly plugin: ExecPlugin } | undefined;
  #pending: Promise<Access> | undefined;

  constructor(options: KubeconfigOptions, edges: ExecEdges | undefined) {
    this.#options = options;
    this.#edges = edges;
    this.#loaded = loadKubeconfig(options);
    this.#stamp = stampOf(this.#loaded.files);
  }

  get origin(): string {
    return this.#loaded.origin;
  }

  get server(): string {
    return this.#loaded.cluster.server;
  }

  access(): Promise<Access> {
    // Requests that start together share one run of an exec plugin.
    this.#pending ??= this.#read().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  renew(): void {
    this.#stale = true;
    this.#plugin?.plugin.renew();
  }

  close(): void {
    this.#plugin?.plugin.close();
  }

  async #read(): Promise<Access> {
    try {
      this.#reload();
      const given = await this.#findPlugin()?.credential();
      return await readAccess(this.#loaded, given, this.#options);
    } catch (error) {
      const message = messageOf(error);
      throw new ApiError('credentials', `${this.#loaded.origin}: ${message.trim()}`);
    }
  }

  /** The same as before for as long as the kubeconfig says the same about it. */
  #findPlugin(): ExecPlugin | undefined {
    const exec = JSON.stringify(this.#loaded.exec);
    if (this.#plugin?.exec === exec) return this.#plugin?.plugin;
    this.#plugin?.plugin.close();
    this.#plugin = this.#loaded.exec && { exec, plugin: createExecPlugin(this.#loaded.exec, this.#edges) };
    return this.#plugin?.plugin;
  }

  #reload(): void {
    const stamp = stampOf(this.#loaded.files);
    if (!this.#stale && stamp === this.#stamp) return;
    this.#loaded = loadKubeconfig(this.#options);
    this.#stamp = stamp;
    this.#stale = false;
  }
}

async function readAccess(
  loaded: LoadedConfig,
  given: ExecCredential | undefined,
  { environment }: KubeconfigOptions,
): Promise<Access> {
  const { config, cluster, tokenFile } = loaded;
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = { ...readHeaders(options), ...loaded.headers };
  if (tokenFile !== undefined) headers.authorization = [`Bearer ${readFileSync(tokenFile, 'utf8').trim()}`];
  if (given?.token !== undefined) headers.authorization = [`Bearer ${given.token}`];
  const { ca, pfx, passphrase, rejectUnauthorized, servername } = options;
  const { cert, key } = given?.cert === undefined ? options : given;
  const tls = dropUndefined({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername });
  const server = new URL(cluster.server);
  const proxy = cluster.proxyUrl ?? proxyFromEnvironment(server, environment);
  return { server, headers, tls, proxy, fingerprint: fingerprint([server.href, proxy, tls]) };
}

function readHeaders(options: RequestOptions): Record<string, readonly string[]> {
  const headers: Record<string, readonly string[]> = {};
  if (options.auth) headers.authorization = [`Basic ${Buffer.from(options.auth).toString('base64')}`];
  const given = options.headers ?? {};
  if (Array.isArray(given)) return headers;
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name.toLowerCase()] = [String(value).trim()];
  }
  return headers;
}

function dropUndefined(tls: TlsSettings): TlsSettings {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

function fingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Changes when one of the files does. */
function stampOf(files: readonly string[]): string {
  return files
    .map((path) => {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? 'absent' : `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
    })
    .join('\n');
}
