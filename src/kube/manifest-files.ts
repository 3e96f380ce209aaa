// Manifest files on disk: which files a path stands for, and what one of them holds at this moment.
// A folder stands for its own *.yaml, *.yml and *.json files, sorted by name: not for those of its subfolders, as with
// `kubectl apply -f`, not for hidden ones, and not for a kustomization, which is no manifest.

import { readdir, readFile, stat } from 'node:fs/promises';
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
    const names = (await readdir(path)).filter(isManifestName).sort();
    const files = await Promise.all(names.map((name) => keepFile(join(path, name))));
    return { kind: 'files', files: files.filter((file) => file !== undefined), folder: true };
  } catch (error) {
    return failure(error);
  }
}

/** How often a file that changes under the reader is read again before it is given up for now. */
const MAX_READS = 10;

/** Reads and parses one file. A file that changes while it is read is read again. */
export async function readManifest(path: string, parse = parseManifest): Promise<FileReading> {
  try {
    // A pipe gives its bytes once, and `kubectl get -o yaml` can be one.
    if (!(await stat(path)).isFile()) return { kind: 'read', version: '', text: parse(await readFile(path)) };
    let version = await versionOf(path);
    for (let reads = 0; reads < MAX_READS; reads++) {
      const bytes = await readFile(path);
      const after = await versionOf(path);
      if (after === version) return { kind: 'read', version, text: parse(bytes) };
      version = after;
    }
    return { kind: 'unreadable', message: 'it is being written to all the time' };
  } catch (error) {
    return failure(error);
  }
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
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Leaves out folders, pipes and sockets. A link that leads nowhere stays: reading it gives the reason. */
async function keepFile(path: string): Promise<string | undefined> {
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
