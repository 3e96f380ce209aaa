// The API server of the live measurements: a real kube-apiserver with etcd where KUBEBUILDER_ASSETS names their folder,
// else the project's own test server in a process of its own.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingRealApi, openRealApi } from '../../src/testing/real-api.ts';
import { openFakeApi } from './fake-api.ts';

/** An API server that the measurements may fill, stop and start. */
export interface LiveApi {
  /** What it is, for the results. */
  readonly name: string;
  /** Path of a file that lets an agent in. */
  readonly kubeconfig: string;
  readonly isReal: boolean;
  /** The parsed answer; throws for a refusal. An array as the body of a PATCH is a JSON patch, an object a merge patch. */
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts an empty API server. */
export async function openLiveApi(): Promise<LiveApi> {
  // Never a cluster that somebody uses, which is why only this one variable is passed on.
  const environment = { KUBEBUILDER_ASSETS: process.env.KUBEBUILDER_ASSETS };
  if (missingRealApi(environment) !== undefined) return await openFakeApi();
  const api = await openRealApi(environment);
  const { server } = api;
  if (server === undefined) throw new Error('an API server that cannot be stopped is none for measurements');
  return {
    name: `${versionOf('kube-apiserver')} with ${versionOf('etcd')}`,
    kubeconfig: api.kubeconfig,
    isReal: true,
    call: api.call,
    stop: server.stop,
    start: server.start,
    close: api.close,
  };
}

/** `Kubernetes v1.34.1` and `etcd Version: 3.6.4`, as `kube-apiserver 1.34.1` and `etcd 3.6.4`. */
function versionOf(program: string): string {
  const command = join(process.env.KUBEBUILDER_ASSETS ?? '', program);
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return `${program} ${/\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? 'of an unknown version'}`;
}

/** The address that a kubeconfig in JSON, as all of ours are, names. */
export function serverOf(kubeconfig: string): URL {
  const server = /"server":\s*"([^"]+)"/.exec(readFileSync(kubeconfig, 'utf8'))?.[1];
  if (server === undefined) throw new Error(`${kubeconfig} names no server`);
  return new URL(server);
}
