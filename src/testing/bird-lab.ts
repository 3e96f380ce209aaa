// What tests with a real BIRD need: the binary, private folders, free ports, desired states, and an end for every
// process, whatever the test's result.

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Bird, type BirdEvent, type BirdImage, openBird } from '../bgp/index.ts';
import { birdVersion, readEmbeddedBird, sourceBirdPath } from '../build-info.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { DesiredPeer, DesiredState } from '../engine/desired-state.ts';
import { type BgpListener, type BgpListenerOptions, startBgpListener } from './bgp-listener.ts';
import { desiredPeer, desiredState } from './desired.ts';
import { portOf } from './port-of.ts';

export { systemClock } from '../clock.ts';

/** Path of the BIRD to test with; undefined before the first build. */
export const birdBinary = sourceBirdPath();

/** For `skip` of tests that need BIRD: the reason where there is none. */
export const skipWithoutBird = birdBinary === undefined ? 'no BIRD: run `npm run build`, or set BELLBIRD_BIRD' : false;

/** The BIRD to test with, as the executable would embed it. */
export function testImage(): BirdImage {
  const bytes = readEmbeddedBird() ?? new Uint8Array();
  return { version: birdVersion, sha256: createHash('sha256').update(bytes).digest('hex'), read: () => bytes };
}

const cleanups = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** Runs after the test, the last registered first: a process ends before its folder is removed. */
export function afterTest(t: TestContext, cleanUp: () => Promise<unknown>): void {
  const known = cleanups.get(t);
  if (known !== undefined) {
    known.push(cleanUp);
    return;
  }
  const list = [cleanUp];
  cleanups.set(t, list);
  t.after(async () => {
    for (const one of list.reverse()) await one();
  });
}

/** A private folder that is removed after the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbird-test-'));
  afterTest(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A BIRD in a folder of its own, ended after the test. `events` fills as things happen. */
export async function openTestBird(
  t: TestContext,
  options: { readonly directory?: string; readonly image?: BirdImage; readonly clock?: Clock } = {},
): Promise<{ readonly bird: Bird; readonly events: readonly BirdEvent[]; readonly directory: string }> {
  const directory = options.directory ?? (await temporaryFolder(t));
  const events: BirdEvent[] = [];
  const bird = await openBird({
    directory,
    image: options.image ?? testImage(),
    clock: options.clock ?? systemClock,
    onEvent: (event) => events.push(event),
  });
  afterTest(t, () => endBird(directory, bird));
  return { bird, events, directory };
}

/** Ends the BIRD of a folder, if one runs there. */
export async function endBird(directory: string, bird?: Bird): Promise<void> {
  await bird?.stop({ withdraw: false });
  const pid = Number(await readFile(join(directory, 'bird.pid'), 'utf8').catch(() => ''));
  if (pid > 1) killIfAlive(pid, 'SIGKILL');
}

/** Sends a signal to one process, which may be gone already. */
export function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Ports of a loopback address that are free right now. */
export async function freePorts(count: number, address = '127.0.0.1'): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, address, () => resolve(portOf(server)));
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

/** A listener on 127.0.0.2 that is closed after the test. */
export async function openTestListener(
  t: TestContext,
  options: Partial<BgpListenerOptions> = {},
): Promise<BgpListener> {
  const listener = await startBgpListener({ as: 64500, address: '127.0.0.2', ...options });
  afterTest(t, () => listener.close());
  return listener;
}

/** The state of a speaker on 127.0.0.1 and a free port whose peers are these listeners, named `tor-a`, `tor-b`, …. */
export async function desiredStateFor(
  listeners: readonly BgpListener[],
  parts: Partial<DesiredState> = {},
  peer: Partial<DesiredPeer> = {},
): Promise<DesiredState> {
  const [port = 0] = await freePorts(1);
  const base = desiredState();
  const peers = listeners.map((listener, index) =>
    desiredPeer({
      name: `tor-${String.fromCharCode(97 + index)}`,
      address: listener.address,
      port: listener.port,
      connectRetryMs: 1_000,
      ...peer,
    }),
  );
  return { ...base, speaker: { ...base.speaker, listen: { kind: 'on', address: '127.0.0.1', port } }, peers, ...parts };
}
