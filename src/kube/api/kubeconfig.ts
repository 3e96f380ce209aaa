// Where the cluster is and who we are there, loaded by the Kubernetes client: $KUBECONFIG, the service account of a pod, or
// ~/.kube/config. What the client leaves out is added here: `tokenFile`, whom to act as besides the name, several files of which some are missing or repeat
// a name, and what an exec plugin may expect to find in its environment.

import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { parse as parseYaml } from 'yaml';
import { isRecord, messageOf } from '../../unknown.ts';
import type { Environment } from './no-proxy.ts';
import type { ExecSettings } from './run-plugin.ts';

/** Where to look. */
export interface KubeconfigOptions {
  readonly environment: Environment;
  /** Folder that is mounted into every pod; another one in tests. */
  readonly serviceAccount?: string;
  /** Context to use instead of the current one. */
  readonly context?: string;
}

/** A configuration that names a server. */
export interface LoadedConfig {
  /** For messages: the files, or `service account`. */
  readonly origin: string;
  /** Files whose change asks for a new load. */
  readonly files: readonly string[];
  readonly config: KubeConfig;
  readonly cluster: Cluster;
  /** The plugin that the user's credentials come from. */
  readonly exec: ExecSettings | undefined;
  /** Read for every request, since tokens in files are replaced every hour or so. */
  readonly tokenFile: string | undefined;
  /** Whom to act as, besides the name: headers of every request. */
  readonly headers: HeaderLists;
}

/** Headers that may be there several times. */
export type HeaderLists = Readonly<Record<string, readonly string[]>>;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Loads the configuration; throws an Error that names what was looked for where. */
export function loadKubeconfig(options: KubeconfigOptions): LoadedConfig {
  const { environment } = options;
  const listed = (environment.KUBECONFIG ?? '').split(':').filter((path) => path !== '');
  if (listed.length > 0) return loadFiles(listed, options);
  const inCluster = loadServiceAccount(options);
  if (inCluster !== undefined) return inCluster;
  const home = environment.HOME ?? '';
  const standard = join(home, '.kube', 'config');
  if (home !== '' && readIfThere(standard) !== undefined) return loadFiles([standard], options);
  throw new Error(
    `no cluster: KUBECONFIG is not set, this is no pod with a service account, and there is no ${standard}`,
  );
}

function loadServiceAccount({ environment, serviceAccount = SERVICE_ACCOUNT }: KubeconfigOptions) {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const tokenFile = join(serviceAccount, 'token');
  if (!host || readIfThere(tokenFile) === undefined) return undefined;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const cluster: Cluster = { name: 'cluster', server, caFile: join(serviceAccount, 'ca.crt'), skipTLSVerify: false };
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: 'service account' });
  return { origin: 'service account', files: [], config, cluster, exec: undefined, tokenFile, headers: {} };
}

function loadFiles(paths: readonly string[], { context }: KubeconfigOptions): LoadedConfig {
  const files = paths.map((path) => ({ path, text: readIfThere(path) }));
  const merged = new KubeConfig();
  const settings = new Map<string, UserSettings>();
  for (const { path, text } of files) {
    if (text === undefined) continue;
    const folder = dirname(resolve(path));
    merge(merged, loadText(path, folder, text));
    for (const [user, own] of readUserSettings(folder, text)) if (!settings.has(user)) settings.set(user, own);
  }
  const origin = paths.join(':');
  if (files.every(({ text }) => text === undefined)) throw new Error(`${origin}: no such file`);
  if (context !== undefined) merged.setCurrentContext(context);
  return { origin, files: paths, ...choose(merged, origin, settings) };
}

function loadText(path: string, folder: string, text: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`);
  }
  config.makePathsAbsolute(folder);
  config.loadFromOptions({
    clusters: config.getClusters().map(allowHttp),
    users: config.getUsers().map((user) => completeExec(user, folder)),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  });
  return config;
}

// The client wants `insecure-skip-tls-verify` before it talks to a server without TLS; kubectl does not.
function allowHttp(cluster: Cluster): Cluster {
  return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
}

function completeExec(user: User, folder: string): User {
  const exec: unknown = user.exec;
  if (!isRecord(exec) || typeof exec.command !== 'string') return user;
  const relative = exec.command.includes('/') && !isAbsolute(exec.command);
  const info = { kind: 'ExecCredential', apiVersion: exec.apiVersion, spec: { interactive: false } };
  const variables = Array.isArray(exec.env) ? exec.env : [];
  return {
    ...user,
    exec: {
      ...exec,
      command: relative ? join(folder, exec.command) : exec.command,
      env: [...variables, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
    },
  };
}

/** Of two entries with one name the first one counts, as for kubectl. */
function merge(into: KubeConfig, from: KubeConfig): void {
  const isNew = <T extends { readonly name: string }>(known: readonly T[], entry: T) =>
    !known.some(({ name }) => name === entry.name);
  into.loadFromOptions({
    clusters: [...into.getClusters(), ...from.getClusters().filter((entry) => isNew(into.getClusters(), entry))],
    users: [...into.getUsers(), ...from.getUsers().filter((entry) => isNew(into.getUsers(), entry))],
    contexts: [...into.getContexts(), ...from.getContexts().filter((entry) => isNew(into.getContexts(), entry))],
    currentContext: into.getCurrentContext() || from.getCurrentContext(),
  });
}

function choose(config: KubeConfig, origin: string, settings: ReadonlyMap<string, UserSettings>) {
  const name = config.getCurrentContext();
  if (!name) throw new Error(`${origin}: no \`current-context\``);
  const context = config.getContextObject(name);
  if (context === null) throw new Error(`${origin}: there is no context \`${name}\``);
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) throw new Error(`${origin}: there is no cluster \`${context.cluster}\``);
  // Without a user the client sends no credentials, as kubectl.
  const { tokenFile, headers = {} } = settings.get(context.user) ?? {};
  return { config: withoutOurs(config), cluster, exec: readExec(config.getUser(context.user)), tokenFile, headers };
}

/** Connections and plugins are our own, so the client shall not prepare a proxy or run anything. */
function withoutOurs(config: KubeConfig): KubeConfig {
  const plain = new KubeConfig();
  plain.loadFromOptions({
    clusters: config.getClusters().map(({ proxyUrl: _, ...cluster }) => cluster),
    users: config.getUsers().map(({ exec: _, ...user }) => user),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  });
  return plain;
}

function readExec(user: User | null): ExecSettings | undefined {
  const exec: unknown = user?.exec;
  if (!isRecord(exec) || typeof exec.command !== 'string') return undefined;
  const variables: readonly unknown[] = Array.isArray(exec.env) ? exec.env : [];
  const pairs = variables.flatMap((entry) =>
    isRecord(entry) && typeof entry.name === 'string' ? [[entry.name, String(entry.value ?? '')] as const] : [],
  );
  return {
    command: exec.command,
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: Object.fromEntries(pairs),
    installHint: typeof exec.installHint === 'string' ? exec.installHint : undefined,
  };
}

/** What the client does not read of a user. */
interface UserSettings {
  readonly tokenFile: string | undefined;
  readonly headers: HeaderLists;
}

/** By the name of the user. */
function readUserSettings(folder: string, text: string): ReadonlyMap<string, UserSettings> {
  const found = new Map<string, UserSettings>();
  const document: unknown = parseYaml(text);
  const users = isRecord(document) && Array.isArray(document.users) ? document.users : [];
  for (const entry of users) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || !isRecord(entry.user)) continue;
    const { tokenFile } = entry.user;
    const path = typeof tokenFile === 'string' ? resolve(folder, tokenFile) : undefined;
    if (!found.has(entry.name)) found.set(entry.name, { tokenFile: path, headers: impersonation(entry.user) });
  }
  return found;
}

/** `as-uid`, `as-groups` and `as-user-extra` as the API server wants to be told of them. */
function impersonation(user: Readonly<Record<string, unknown>>): HeaderLists {
  const extra = isRecord(user['as-user-extra']) ? user['as-user-extra'] : {};
  const headers: Record<string, readonly string[]> = {
    'impersonate-uid': textsOf([user['as-uid']]),
    'impersonate-group': textsOf(user['as-groups']),
  };
  for (const [key, values] of Object.entries(extra)) {
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = textsOf(values);
  }
  return Object.fromEntries(Object.entries(headers).filter(([, values]) => values.length > 0));
}

function textsOf(values: unknown): readonly string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string' && value !== '') : [];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
