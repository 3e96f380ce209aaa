// An analysed policy, and one file of it: what every feature looks at.

import {
  type Analysis,
  analyse,
  createParseMemory,
  type ParseMemory,
  type PolicyFile,
  type SourceFile,
  type SourceHost,
} from '../dsl/editor.ts';
import { buildNameIndex, type NameIndex } from './name-index.ts';

/** An analysed policy. */
export interface PolicyView {
  readonly entries: readonly string[];
  readonly analysis: Analysis;
  /** Collected when it is first asked for: diagnostics do without. */
  readonly names: NameIndex;
  /** Files that match a pattern, as `include` finds them. */
  readonly glob: SourceHost['glob'];
}

/** One file of an analysed policy. */
export interface FileView {
  readonly path: string;
  readonly source: SourceFile;
  readonly tree: PolicyFile;
  readonly policy: PolicyView;
}

/** Analyses a policy; with a memory, views made with it before are only good for what they say about names. */
export function createPolicyView(entries: readonly string[], host: SourceHost, memory?: ParseMemory): PolicyView {
  const analysis = analyse(entries, host, memory);
  let names: NameIndex | undefined;
  return {
    entries,
    analysis,
    glob: host.glob,
    get names() {
      names ??= buildNameIndex(analysis);
      return names;
    },
  };
}

/** A file of a policy by its path. */
export function fileIn(policy: PolicyView, path: string): FileView | undefined {
  const tree = policy.analysis.files.find(({ span }) => span.source.path === path);
  return tree && { path, source: tree.span.source, tree, policy };
}

/** Policies that are analysed once, until one of their files changes. */
export interface PolicyViews {
  of(entries: readonly string[], host: SourceHost): PolicyView;
  /** The policy as it was last analysed, although a file may have changed since. */
  latest(entries: readonly string[]): PolicyView | undefined;
  /** A file has another text. */
  dropFile(path: string): void;
  clear(): void;
}

/** Creates an empty store of analysed policies. */
export function createPolicyViews(): PolicyViews {
  const views = new Map<string, PolicyView>();
  const outdated = new Set<PolicyView>();
  const memory = createParseMemory();
  return {
    of(entries, host) {
      const key = keyOf(entries);
      const known = views.get(key);
      if (known !== undefined && !outdated.delete(known)) return known;
      const view = createPolicyView(entries, host, memory);
      views.set(key, view);
      return view;
    },
    latest: (entries) => views.get(keyOf(entries)),
    dropFile(path) {
      for (const view of views.values()) if (fileIn(view, path) !== undefined) outdated.add(view);
    },
    clear() {
      views.clear();
      outdated.clear();
    },
  };
}

function keyOf(entries: readonly string[]): string {
  return entries.join('\n');
}
