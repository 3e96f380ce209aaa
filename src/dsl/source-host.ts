// The only way the language reaches files: the disk host lives with the agent, tests and editors bring their own.

/** Where policy text comes from. Nothing here throws for a missing or unreadable file. */
export interface SourceHost {
  /** The bytes (or already decoded text) of one file. */
  read(path: string): ReadResult;
  /** Paths of the files an `include` names, relative to the file that names them, in lexical order; a pattern without wildcards gives its one path, whether or not it exists. */
  glob(pattern: string, fromFile: string): readonly string[];
  /** Paths of the `*.bell` files of a directory in lexical order, or undefined if the path is not a directory. */
  list(path: string): readonly string[] | undefined;
  /** The same text for all paths of one file, which links may give it; without this, paths are compared as they are written. */
  identity?(path: string): string;
}

/** What reading one file gave; `message` is one clause, for example `no such file or directory`. */
export type ReadResult =
  | { readonly kind: 'text'; readonly bytes: Uint8Array | string }
  | { readonly kind: 'unreadable'; readonly message: string };

/** A host over texts in memory: for tests, editors and the demo. Paths use `/`. */
export function createMemoryHost(files: Readonly<Record<string, Uint8Array | string>>): SourceHost {
  const paths = Object.keys(files).sort();
  return {
    read(path) {
      const bytes = files[path];
      return bytes === undefined
        ? { kind: 'unreadable', message: 'no such file or directory' }
        : { kind: 'text', bytes };
    },
    glob(pattern, fromFile) {
      const path = joinPath(directoryOf(fromFile), pattern);
      if (!path.includes('*')) return [path];
      const expression = new RegExp(`^${path.split('*').map(escapeRegExp).join('[^/]*')}$`);
      return paths.filter((candidate) => expression.test(candidate));
    },
    list(path) {
      const prefix = path === '.' ? '' : `${path.replace(/\/$/, '')}/`;
      const isDirectory = !(path in files) && (path === '.' || paths.some((candidate) => candidate.startsWith(prefix)));
      if (!isDirectory) return undefined;
      return paths.filter(
        (candidate) =>
          candidate.startsWith(prefix) && candidate.endsWith('.bell') && !candidate.slice(prefix.length).includes('/'),
      );
    },
  };
}

/** The part of a path before its last `/`; empty for a bare file name. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash + 1);
}

/** Joins a relative path to a directory and resolves `.` and `..`; an absolute path stays as it is. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of `${directory}${path}`.split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
