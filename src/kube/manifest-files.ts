// Manifest files on disk: which files a path stands for, and what one of them holds at this moment.
// A folder stands for its own *.yaml, *.yml and *.json files, sorted by name: not for those of its subfolders, as with
// `kubectl apply -f`, not for hidden ones, and not for a kustomization, which is no manifest.

import type { BigIntStats, Dirent } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestText, parseManifest } from './manifest-text.ts';

/** The files a path stands for, or why that cannot be said. */
export type Listing =
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly folder: boolean }
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What a file holds, or why it cannot be read. */
export type FileReading =
  | { readonly kind: 'read'; readonly version: FileVersion; readonly text: ManifestText }
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Equal for two looks at a file that nobody wrote to or replaced in between. */
export type FileVersion = string;

/** Lists the manifest files of a file or folder. A path to a file stands for itself, whatever its name. */
export async function listManifests(path: string): Promise<Listing> {
  try {
    if (!(await stat(path)).isDirectory()) return { kind: 'files', files: [path], folder: false };
    const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => isManifestName(name));
    const files = await Promise.all(
      entries.map((entry) => (entry.isFile() ? join(path, entry.name) : keepFile(path, entry))),
    );
    return { kind: 'files', files: files.filter((file) => file !== undefined).sort(), folder: true };
  } catch (error) {
    return failure(error);
  }
}

/** How often a file that changes under the reader is read again before it is given up for now. */
const MAX_READS = 10;

/** Reads and parses one file. A file that changes while it is read is read again. */
export async function readManifest(path: string, parse = parseManifest): Promise<FileReading> {
  try {
    for (let reads = 0; reads < MAX_READS; reads++) {
      const { version, bytes } = await readOnce(path);
      // A pipe gives its bytes once, and `kubectl get -o yaml` can be one.
      if (version === '' || version === (await versionOf(path))) return { kind: 'read', version, text: parse(bytes) };
    }
    return { kind: 'unreadable', message: 'it is being written to all the time' };
  } catch (error) {
    return failure(error);
  }
}

/** All bytes, and the version that the file had before; none where it is no file. */
async function readOnce(path: string): Promise<{ readonly version: FileVersion; readonly bytes: Uint8Array }> {
  const file = await open(path);
  try {
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) return { version: '', bytes: await file.readFile() };
    const size = Number(stats.size);
    // Some file systems make up what is in a file as it is read.
    return { version: renderVersion(stats), bytes: size === 0 ? await file.readFile() : await readSized(file, size) };
  } finally {
    await file.close();
  }
}

/** With a single read in most cases, which counts where there are thousands of files. */
async function readSized(file: FileHandle, size: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length === size) break;
  }
  return buffer.subarray(0, length);
}

/** The present version of a file; undefined if it is not there or cannot be looked at. */
export async function lookUpVersion(path: string): Promise<FileVersion | undefined> {
  try {
    return await versionOf(path);
  } catch {
    return undefined;
  }
}

/** True if a folder's file of this name is read. */
export function isManifestName(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name) && !name.startsWith('.') && !/^kustomization\.ya?ml$/.test(name);
}

async function versionOf(path: string): Promise<FileVersion> {
  return renderVersion(await stat(path, { bigint: true }));
}

function renderVersion({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileVersion {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** Leaves out folders, pipes and sockets. A link that leads nowhere stays: reading it gives the reason. */
async function keepFile(folder: string, { name }: Dirent): Promise<string | undefined> {
  const path = join(folder, name);
  try {
    return (await stat(path)).isFile() ? path : undefined;
  } catch {
    return path;
  }
}

function failure(error: unknown): { readonly kind: 'missing' | 'unreadable'; readonly message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing', message: 'there is no such file or folder' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unreadable', message: 'no permission to read it' };
    case 'EISDIR':
      return { kind: 'unreadable', message: 'it is a folder' };
    case 'ELOOP':
      return { kind: 'unreadable', message: 'its symbolic links lead in a circle' };
    case undefined:
      throw error;
    default:
      return { kind: 'unreadable', message: `it cannot be read (${code})` };
  }
}
