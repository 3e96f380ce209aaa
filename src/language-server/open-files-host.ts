// The files as the editor sees them: texts of open documents over what is on disk. What the disk answered is kept, so
// that a keystroke reads nothing again; the owner makes a new host when the disk may have changed.

import { directoryOf, joinPath, type SourceHost } from '../dsl/editor.ts';
import { expressionOf } from './patterns.ts';

/** Texts of open documents by path. */
export type OpenTexts = ReadonlyMap<string, { getText(): string }>;

/** A host over the disk that shows open documents instead of what is saved, and new ones where they will be. */
export function createOpenFilesHost(disk: SourceHost, open: OpenTexts): SourceHost {
  const cached = remember(disk);
  const openIn = (isWanted: (path: string) => boolean): readonly string[] => [...open.keys()].filter(isWanted);
  return {
    read(path) {
      const document = open.get(path);
      // A byte-order mark becomes a blank, so that offsets stay those of the editor.
      return document === undefined
        ? cached.read(path)
        : { kind: 'text', bytes: document.getText().replace(/^\uFEFF/, ' ') };
    },
    glob(pattern, fromFile) {
      const path = joinPath(directoryOf(fromFile), pattern);
      if (!path.includes('*')) return [path];
      const expression = expressionOf(path);
      return union(
        cached.glob(pattern, fromFile),
        openIn((candidate) => expression.test(candidate)),
      );
    },
    list(path) {
      const found = cached.list(path);
      const folder = `${path.replace(/\/+$/, '')}/`;
      const opened = openIn((candidate) => candidate.endsWith('.bell') && directoryOf(candidate) === folder);
      return found === undefined && opened.length === 0 ? undefined : union(found ?? [], opened);
    },
    identity: (path) => cached.identity?.(path) ?? path,
  };
}

function remember(disk: SourceHost): SourceHost {
  const reads = new Map<string, ReturnType<SourceHost['read']>>();
  const globs = new Map<string, ReturnType<SourceHost['glob']>>();
  const lists = new Map<string, ReturnType<SourceHost['list']>>();
  const identities = new Map<string, string>();
  return {
    read: (path) => once(reads, path, () => disk.read(path)),
    glob: (pattern, fromFile) => once(globs, `${pattern}\n${fromFile}`, () => disk.glob(pattern, fromFile)),
    list: (path) => once(lists, path, () => disk.list(path)),
    identity: (path) => once(identities, path, () => disk.identity?.(path) ?? path),
  };
}

function once<T>(known: Map<string, T>, key: string, ask: () => T): T {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found ?? ask();
  const answer = ask();
  known.set(key, answer);
  return answer;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length === 0 ? a : [...new Set([...a, ...b])].sort();
}
