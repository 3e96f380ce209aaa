// What outlives the agent, in the state directory: the policy that was last applied and the cluster it was applied to. The
// policy as text, so that an upgraded bellbird reads it with its own rules; the objects in the form of the API, so that they
// are read with the same care. Versioned, with a checksum at the end: half a file or a damaged one is none.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterObject, type Snapshot, snapshotOf } from '../engine/index.ts';
import { decodeObject, encodeObject } from '../kube/index.ts';
import { isRecord } from '../unknown.ts';
import { readIfReadable, writePieces } from './files.ts';
import { decodeHeldRoutes } from './held-routes.ts';
import { parseJson } from './json.ts';
import { decodeKeptSessions, type KeptSession } from './kept-sessions.ts';
import type { Log } from './log.ts';
import { decodePolicyText } from './policy-text.ts';
import type { HeldRoute } from './route-guard.ts';

/** Policy files as they were read, enough to compile the policy again without them. */
export interface PolicyText {
  /** Paths as given on the command line. */
  readonly entries: readonly string[];
  /** Content by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** The content of `last-good.json`. */
export interface LastGood {
  readonly bootId: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly policy: PolicyText;
  /** Routes that `guard` kept announced; absent where there were none. */
  readonly held?: readonly HeldRoute[];
  /** Sessions that go on as another policy had them; absent where there were none. */
  readonly kept?: readonly KeptSession[];
  readonly cluster: SavedCluster;
}

/** A cluster as it was when something was last applied. */
export interface SavedCluster {
  /** Address of the API server or path of manifests: another cluster's objects are of no use. */
  readonly source: string;
  /** The node that the agent ran on. */
  readonly node: string;
  readonly snapshot: Snapshot;
}

const FILE = 'last-good.json';
const FORMAT = 3;
/** So many objects are encoded at once; they take about a millisecond. */
const PIECE = 100;

/** Reads what was saved; undefined where there is nothing usable. */
export function readLastGood(stateDirectory: string): LastGood | undefined {
  const text = (readIfReadable(join(stateDirectory, FILE)) ?? '').trimEnd();
  const end = Math.max(text.lastIndexOf('\n'), 0);
  const body = text.slice(0, end);
  const tail = parseJson(text.slice(end));
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (!isRecord(tail) || tail.format !== FORMAT || tail.sha256 !== sha256) return undefined;
  return readBody(parseJson(body));
}

/** Reads the policy that was saved, and tells the log, once, of a file that is there and of no use. */
export function createPolicyRecall(stateDirectory: string, log: Pick<Log, 'warn'>): () => PolicyText | undefined {
  let isTold = false;
  return () => {
    const good = readLastGood(stateDirectory);
    const path = join(stateDirectory, FILE);
    if (good === undefined && !isTold && existsSync(path)) {
      isTold = true;
      const message = `what was last applied cannot be told from \`${path}\`: it is damaged, or was written by another version; it is written anew with the next change`;
      log.warn({ event: 'last-good-unusable' }, message);
    }
    return good?.policy;
  };
}

/** What was saved, if it is of this boot, cluster and node: after a boot, announcing from a file could be a black hole. */
export function recallGood(
  stateDirectory: string,
  now: { readonly bootId: string; readonly source: string; readonly node: string },
): LastGood | undefined {
  const good = readLastGood(stateDirectory);
  const { source, node } = good?.cluster ?? {};
  const isSame = now.bootId !== '' && good?.bootId === now.bootId && source === now.source && node === now.node;
  return isSame ? good : undefined;
}

/** True if both are the same files with the same content. */
export function sameText(a: PolicyText, b: PolicyText): boolean {
  const names = Object.keys(a.files);
  return names.length === Object.keys(b.files).length && names.every((name) => a.files[name] === b.files[name]);
}

/** Saves in one step, and lets other work go on meanwhile: thousands of objects take a tenth of a second. */
export async function writeLastGood(stateDirectory: string, good: LastGood): Promise<void> {
  const { nodes, services, endpointSlices } = good.cluster.snapshot;
  // The maps may change before the last piece; the objects do not.
  const objects = [...nodes.values(), ...services.values(), ...endpointSlices.values()];
  await writePieces(join(stateDirectory, FILE), encodeGood(good, objects), 0o600);
}

/** The body on one line, and what it must come to on another. */
function* encodeGood(good: LastGood, objects: readonly ClusterObject[]): Iterable<string> {
  const hash = createHash('sha256');
  for (const piece of encodeBody(good, objects)) {
    hash.update(piece);
    yield piece;
  }
  yield `\n${JSON.stringify({ format: FORMAT, sha256: hash.digest('hex') })}\n`;
}

function* encodeBody({ cluster, ...rest }: LastGood, objects: readonly ClusterObject[]): Iterable<string> {
  const { source, node } = cluster;
  const [start, end] = JSON.stringify({ ...rest, cluster: { source, node, objects: [] } }).split(/(?<=\[)(?=\]\}\}$)/);
  yield start ?? '';
  for (let at = 0; at < objects.length; at += PIECE) {
    const piece = objects.slice(at, at + PIECE).map((object) => JSON.stringify(encodeObject(object)));
    yield `${at === 0 ? '' : ','}${piece.join(',')}`;
  }
  yield end ?? '';
}

/** Identifies the running boot of this machine, or of the container that is one; empty where the kernel does not say. */
export function readBootId(): string {
  const boot = readIfReadable('/proc/sys/kernel/random/boot_id') ?? '';
  const isContainer = readIfReadable('/run/systemd/container') !== undefined;
  return identifyBoot(boot, isContainer ? readIfReadable('/proc/1/stat') : undefined);
}

/** A container with an init of its own, whose `/proc/1/stat` is given, boots while its kernel goes on. */
export function identifyBoot(boot: string, init: string | undefined): string {
  // The moment at which the init was started is the twentieth field after its name.
  const startedAt = init?.slice(init.lastIndexOf(')') + 2).split(' ')[19];
  return boot.trim() === '' || startedAt === undefined ? boot.trim() : `${boot.trim()} ${startedAt}`;
}

function readBody(value: unknown): LastGood | undefined {
  if (!isRecord(value)) return undefined;
  const { bootId, savedAt } = value;
  const policy = decodePolicyText(value.policy);
  const cluster = readCluster(value.cluster);
  if (typeof bootId !== 'string' || typeof savedAt !== 'number') return undefined;
  if (policy === undefined || cluster === undefined) return undefined;
  const held = decodeHeldRoutes(value.held);
  const kept = decodeKeptSessions(value.kept);
  return { bootId, savedAt, policy, ...(held.length > 0 && { held }), ...(kept.length > 0 && { kept }), cluster };
}

function readCluster(value: unknown): SavedCluster | undefined {
  if (!isRecord(value) || !Array.isArray(value.objects)) return undefined;
  const { source, node } = value;
  if (typeof source !== 'string' || typeof node !== 'string') return undefined;
  const objects: ClusterObject[] = [];
  for (const item of value.objects) {
    const decoded = decodeObject(item);
    // Not the whole picture, and so none.
    if (decoded.kind !== 'object') return undefined;
    objects.push(decoded.object);
  }
  return { source, node, snapshot: snapshotOf(objects) };
}
