// Which policies a file belongs to. A policy is the `*.bell` files of a directory; a file that others include belongs to
// theirs; and where a directory holds several files with a `speaker`, each of them is a policy of its own. Only
// `include` and `speaker` at the start of a line are looked for, which is quick and right for every text that parses.

import { directoryOf, type SourceHost } from '../dsl/editor.ts';

/** The policies of a set of files. */
export interface PolicyGraph {
  /** The entries of each policy that the file is part of: what `check` would be given to check it. */
  policiesOf(path: string): readonly (readonly string[])[];
}

/** What of a text decides about its policy. */
export interface Outline {
  readonly includes: readonly string[];
  readonly hasSpeaker: boolean;
}

/** Reads the outline of every file; `paths` are all files that may include others. */
export function buildPolicyGraph(paths: Iterable<string>, host: SourceHost): PolicyGraph {
  const outlines = new Map<string, Outline>();
  const includers = new Map<string, string[]>();
  for (const path of paths) addFile(path);

  function addFile(path: string): void {
    if (outlines.has(path)) return;
    const outline = readOutline(path, host);
    outlines.set(path, outline);
    for (const target of outline.includes.flatMap((pattern) => host.glob(pattern, path))) {
      includers.set(target, [...(includers.get(target) ?? []), path]);
      addFile(target);
    }
  }

  /** The files above all others that include the file: itself if there is none. */
  function rootsOf(path: string): readonly string[] {
    const seen = new Set([path]);
    const roots: string[] = [];
    for (const current of seen) {
      const above = includers.get(current) ?? [];
      if (above.length === 0) roots.push(current);
      for (const includer of above) seen.add(includer);
    }
    return roots.length > 0 ? roots : [path];
  }

  function entriesOf(root: string): readonly string[] {
    const folder = directoryOf(root).replace(/(?<=.)\/$/, '');
    const siblings = root.startsWith('/') ? (host.list(folder) ?? []) : [];
    if (!siblings.includes(root)) return [root];
    const withSpeaker = siblings.filter((path) => !includers.has(path) && hasSpeaker(path));
    return withSpeaker.length > 1 ? [root] : [folder];
  }

  function hasSpeaker(path: string): boolean {
    addFile(path);
    return outlines.get(path)?.hasSpeaker === true;
  }

  return {
    policiesOf(path) {
      addFile(path);
      const policies = rootsOf(path).map(entriesOf);
      return [...new Map(policies.map((entries) => [entries.join('\n'), entries])).values()];
    },
  };
}

/** What a text includes, and whether it has a speaker. */
export function outlineOf(text: string): Outline {
  const includes = [...text.matchAll(/^[ \t]*include[ \t]+"([^"\n]*)"/gm)].map(([, pattern = '']) => pattern);
  return { includes, hasSpeaker: /^[ \t]*speaker\b/m.test(text) };
}

const known = new WeakMap<Uint8Array, Outline>();

/** The outline of a file. Bytes from disk are the same object as long as nothing has changed, so they are read once. */
function readOutline(path: string, host: SourceHost): Outline {
  const result = host.read(path);
  if (result.kind === 'unreadable') return outlineOf('');
  const { bytes } = result;
  if (typeof bytes === 'string') return outlineOf(bytes);
  const outline = known.get(bytes) ?? outlineOf(new TextDecoder().decode(bytes));
  known.set(bytes, outline);
  return outline;
}
