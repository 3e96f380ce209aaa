// A real API server for tests: the one that BELLBIRD_TEST_KUBECONFIG names, or kube-apiserver and etcd started from the folder
// KUBEBUILDER_ASSETS on free loopback ports, with RBAC, a token for an administrator and one for a user without any rights.

import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { openCredentials } from '../kube/api/credentials.ts';
import { makeCertificates } from './certificates.ts';
import type { Manifest } from './fake-api-history.ts';
import { portOf } from './port-of.ts';

/** An API server that answers. */
export interface RealApi {
  /** Of an administrator. */
  readonly kubeconfig: string;
  /** Of a user who may do nothing; absent for a cluster that is not ours. */
  readonly powerless: string | undefined;
  /** Writes a kubeconfig with another user, and returns its path; absent for a cluster that is not ours. */
  readonly kubeconfigFor: ((name: string, user: object) => string) | undefined;
  /**
   * Sends a request as the administrator; the parsed answer, or an Error for a status above 299. An array as the body of
   * a PATCH is a JSON patch, an object a merge patch.
   */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Stops and starts the API server; absent for a cluster that is not ours. */
  readonly server: { stop(): Promise<void>; start(): Promise<void>; compact(): Promise<void> } | undefined;
  close(): Promise<void>;
}

/** Why there is no real API server here; undefined if there is one. */
export function missingRealApi(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.BELLBIRD_TEST_KUBECONFIG) return undefined;
  const folder = environment.KUBEBUILDER_ASSETS;
  if (!folder) return 'neither KUBEBUILDER_ASSETS nor BELLBIRD_TEST_KUBECONFIG is set';
  const missing = ['kube-apiserver', 'etcd'].filter((name) => !existsSync(join(folder, name)));
  return missing.length === 0 ? undefined : `KUBEBUILDER_ASSETS has no ${missing.join(' and no ')}`;
}

/** Opens the API server; `missingRealApi` must have found one. */
export async function openRealApi(environment: NodeJS.ProcessEnv = process.env): Promise<RealApi> {
  const { BELLBIRD_TEST_KUBECONFIG: given, KUBEBUILDER_ASSETS: assets = '' } = environment;
  if (!given) return await startControlPlane(assets);
  const client = createAdministrator(given);
  const missing = { powerless: undefined, kubeconfigFor: undefined, server: undefined };
  return { kubeconfig: given, ...missing, call: client.call, close: client.close };
}

async function startControlPlane(assets: string): Promise<RealApi> {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-real-api-'));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const etcd = start(join(assets, 'etcd'), [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
    '--unsafe-no-fsync',
  ]);
  const files = writeFiles(folder, port);
  const client = createAdministrator(files.kubeconfig);
  let apiServer: ChildProcess | undefined;
  const server = {
    start: async () => {
      apiServer = start(join(assets, 'kube-apiserver'), apiServerFlags(folder, port, etcdUrl, files.tls));
      await untilReady(() => client.call('GET', '/readyz'));
    },
    stop: async () => {
      await end(apiServer);
    },
    compact: () => compact(etcdUrl),
  };
  await untilReady(() => request(`${etcdUrl}/health`).then(({ body }) => body.text()));
  await server.start();
  const close = async () => {
    await client.close();
    await end(apiServer);
    await end(etcd);
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...files, server, call: client.call, close };
}

interface ControlPlaneFiles {
  readonly kubeconfig: string;
  readonly powerless: string;
  readonly kubeconfigFor: (name: string, user: object) => string;
  readonly tls: readonly string[];
}

function writeFiles(folder: string, port: number): ControlPlaneFiles {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  write('sa.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  write('sa.key', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  write('tokens.csv', 'admin-token,admin,1,"system:masters"\npowerless-token,powerless,2\n');
  const certificates = makeCertificates();
  const tls = certificates && [
    `--tls-cert-file=${write('tls.crt', certificates.server.cert)}`,
    `--tls-private-key-file=${write('tls.key', certificates.server.key)}`,
  ];
  const trust = certificates
    ? { 'certificate-authority-data': Buffer.from(certificates.ca).toString('base64') }
    : { 'insecure-skip-tls-verify': true };
  const kubeconfigFor = (name: string, user: object) =>
    write(
      `${name}.kubeconfig`,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, ...trust } }],
        users: [{ name: 'test', user }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        'current-context': 'test',
      }),
    );
  return {
    kubeconfig: kubeconfigFor('admin', { token: 'admin-token' }),
    powerless: kubeconfigFor('powerless', { token: 'powerless-token' }),
    kubeconfigFor,
    tls: tls ?? [],
  };
}

function apiServerFlags(folder: string, port: number, etcdUrl: string, tls: readonly string[]): readonly string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    `--cert-dir=${folder}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    ...tls,
    '--service-cluster-ip-range=10.96.0.0/16',
    // Every Local service takes a port for its health check: room for thousands.
    '--service-node-port-range=20000-60000',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function createAdministrator(kubeconfig: string) {
  const credentials = openCredentials({ environment: { KUBECONFIG: kubeconfig } });
  const agent = credentials
    .access()
    .then(({ tls }) => new Agent({ allowH2: false, connect: { ...tls, allowH2: false } }));
  return {
    call: async (method: Parameters<RealApi['call']>[0], path: string, body?: unknown): Promise<unknown> => {
      const { server, headers } = await credentials.access();
      const patch = Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json';
      const type = method === 'PATCH' ? patch : 'application/json';
      const answer = await request(`${server.origin}${path}`, {
        method,
        dispatcher: await agent,
        headers: { ...headers, 'content-type': type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      if (answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
      return text.startsWith('{') ? JSON.parse(text) : text;
    },
    close: async () => (await agent).destroy(),
  };
}

/** Makes etcd forget every version but the newest, as the API server asks it to every five minutes. */
async function compact(etcdUrl: string): Promise<void> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await request(`${etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return await answer.body.json();
  };
  const found = await post('/v3/kv/range', { key: 'Lw==' });
  const revision = JSON.stringify(found).match(/"revision":"(\d+)"/)?.[1];
  await post('/v3/kv/compaction', { revision });
}

function start(command: string, words: readonly string[]): ChildProcess {
  return spawn(command, words, { stdio: process.env.BELLBIRD_TEST_VERBOSE ? 'inherit' : 'ignore' });
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

/** Asks again until it does not fail. A process of somebody else has no other way to say that it is ready. */
async function untilReady(ask: () => Promise<unknown>): Promise<void> {
  for (let left = 600; ; left--) {
    try {
      await ask();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await delay(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Creates a service account unless it is there; namespace and all. */
export async function createAccount(api: RealApi, namespace: string, name: string): Promise<void> {
  const unlessThere = (error: unknown) => {
    if (!/ 409 /.test(String(error))) throw error;
  };
  await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } }).catch(unlessThere);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.call('POST', path, { metadata: { name } }).catch(unlessThere);
}

/** A token of a service account, which holds for as long as the Secret is there that it creates. */
export async function createToken(api: RealApi, namespace: string, account: string, secret: string): Promise<string> {
  const home = `/api/v1/namespaces/${namespace}`;
  await api.call('POST', `${home}/secrets`, { metadata: { name: secret } });
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: secret };
  const answer = await api.call('POST', `${home}/serviceaccounts/${account}/token`, { spec: { boundObjectRef } });
  const token = JSON.stringify(answer).match(/"token":"([^"]+)"/)?.[1];
  if (token === undefined) throw new Error(`no token for ${namespace}/${account}`);
  return token;
}

/** Where an object is created. */
export function collectionOf({ kind, metadata }: Manifest): string {
  switch (kind) {
    case 'Node':
      return '/api/v1/nodes';
    case 'Service':
      return `/api/v1/namespaces/${metadata.namespace}/services`;
    default:
      return `/apis/discovery.k8s.io/v1/namespaces/${metadata.namespace}/endpointslices`;
  }
}
