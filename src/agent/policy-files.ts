// Policy files on disk, as the language asks for them. Remembers every directory it looked into, so that the agent knows
// what to watch, and every text it read, so that the last good policy can be kept.

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { directoryOf, joinPath, type ReadResult, type SourceHost } from '../dsl/source-host.ts';
import { reasonOf } from './directories.ts';

/** A host over the disk, and what was asked of it. */
export interface DiskHost extends SourceHost {
  /** Absolute paths of the directories whose content the result depends on. */
  directories(): readonly string[];
  /** The text of every file that could be read, by path. */
  texts(): Readonly<Record<string, string>>;
  /** Whether everything that was asked would be answered the same again. */
  isCurrent(): boolean;
}

/** Creates a host for one compilation; relative paths are relative to the working directory. */
export function createDiskHost(): DiskHost {
  const directories = new Set<string>();
  const texts = new Map<string, string>();
  const isSame: (() => boolean)[] = [];
  const remember = <T>(ask: () => T): T => {
    const answer = ask();
    const text = JSON.stringify(answer);
    isSame.push(() => JSON.stringify(ask()) === text);
    return answer;
  };
  return {
    read: (path) => {
      directories.add(resolve(dirname(path)));
      const result = readBytes(path);
      const content = contentOf(result);
      isSame.push(() => contentOf(readBytes(path)) === content);
      if (result.kind === 'text') texts.set(path, content);
      return result;
    },
    glob: (pattern, fromFile) => {
      const path = joinPath(directoryOf(fromFile), pattern);
      return path.includes('*') ? remember(() => expand(path, directories)) : [path];
    },
    list: (path) => {
      const found = remember(() => listPolicies(path));
      if (found !== undefined) directories.add(resolve(path));
      return found;
    },
    identity,
    directories: () => [...directories].sort(),
    texts: () => Object.fromEntries(texts),
    isCurrent: () => isSame.every((ask) => ask()),
  };
}

function listPolicies(path: string): readonly string[] | undefined {
  if (!isDirectory(path)) return undefined;
  const folder = path === '.' ? '' : `${path.replace(/\/+$/, '')}/`;
  return names(path)
    .filter((name) => name.endsWith('.bell'))
    .map((name) => `${folder}${name}`);
}

/** The text of a file, which tells all that matters of its bytes, or why there is none. */
function contentOf(result: ReadResult): string {
  return result.kind === 'text' ? Buffer.from(result.bytes).toString('utf8') : result.message;
}

/** Files that match a path whose segments may contain `*`, in lexical order. */
function expand(pattern: string, directories: Set<string>): readonly string[] {
  const segments = pattern.split('/');
  let found = [''];
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    found = found.flatMap((folder) => {
      if (!segment.includes('*')) return [`${folder}${segment}${isLast ? '' : '/'}`];
      directories.add(resolve(folder === '' ? '.' : folder));
      const matches = names(folder === '' ? '.' : folder).filter((name) => toExpression(segment).test(name));
      return matches
        .map((name) => `${folder}${name}`)
        .filter((path) => isDirectory(path) !== isLast)
        .map((path) => (isLast ? path : `${path}/`));
    });
  });
  return found.sort();
}

function toExpression(segment: string): RegExp {
  return new RegExp(`^${segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}

/** Names in a directory without hidden ones: editors and Kubernetes volumes keep their own files there. */
function names(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function readBytes(path: string): ReadResult {
  try {
    return { kind: 'text', bytes: readFileSync(path) };
  } catch (error) {
    return { kind: 'unreadable', message: isDirectory(path) ? 'it is a directory' : reasonOf(error) };
  }
}

/** Whether it is one; a link that leads nowhere, or in circles, is none. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

/** The path without its links. */
function identity(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
