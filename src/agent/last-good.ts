// What outlives the agent, in the state directory: the policy that was last applied and the cluster it was applied to. The
// policy as text, so that an upgraded bellbird reads it with its own rules; the objects in the form of the API, so that they
// are read with the same care. Versioned, with a checksum: half a file or a damaged one is none.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ClusterObject, type Snapshot, snapshotOf } from '../engine/index.ts';
import { decodeObject, encodeObject } from '../kube/index.ts';
import { readIfThere, writeAtomic } from './files.ts';
import { isRecord, isStringList, parseJson } from './json.ts';

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
const FORMAT = 2;

/** Reads what was saved; undefined where there is nothing usable. */
export function readLastGood(stateDirectory: string): LastGood | undefined {
  const text = readIfThere(join(stateDirectory, FILE)) ?? '';
  const end = text.indexOf('\n');
  const head = parseJson(text.slice(0, Math.max(end, 0)));
  const body = text.slice(end + 1).trimEnd();
  if (!isRecord(head) || head.format !== FORMAT || head.sha256 !== digest(body)) return undefined;
  return readBody(parseJson(body));
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

/** Saves in one step. */
export function writeLastGood(stateDirectory: string, { cluster, ...rest }: LastGood): void {
  const { nodes, services, endpointSlices } = cluster.snapshot;
  const objects = [...nodes.values(), ...services.values(), ...endpointSlices.values()].map(encodeObject);
  const body = JSON.stringify({ ...rest, cluster: { source: cluster.source, node: cluster.node, objects } });
  const head = JSON.stringify({ format: FORMAT, sha256: digest(body) });
  writeAtomic(join(stateDirectory, FILE), `${head}\n${body}\n`, 0o600);
}

/** Identifies the running boot of this machine; empty where the kernel does not say. */
export function readBootId(): string {
  return (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readBody(value: unknown): LastGood | undefined {
  if (!isRecord(value) || !isRecord(value.policy)) return undefined;
  const { bootId, savedAt } = value;
  const { entries, files } = value.policy;
  const cluster = readCluster(value.cluster);
  if (typeof bootId !== 'string' || typeof savedAt !== 'number' || !isStringList(entries)) return undefined;
  if (!isRecord(files) || !Object.values(files).every((text) => typeof text === 'string')) return undefined;
  if (cluster === undefined) return undefined;
  return { bootId, savedAt, policy: { entries, files: toTexts(files) }, cluster };
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

function toTexts(files: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
}
