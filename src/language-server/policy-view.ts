// An analysed policy, and one file of it: what every feature looks at.

import { type Analysis, analyse, type PolicyFile, type SourceFile, type SourceHost } from '../dsl/editor.ts';
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

/** Analyses a policy. */
export function createPolicyView(entries: readonly string[], host: SourceHost): PolicyView {
  const analysis = analyse(entries, host);
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
  /** Forgets the policies that have the file. */
  dropFile(path: string): void;
  clear(): void;
}

/** Creates an empty store of analysed policies. */
export function createPolicyViews(): PolicyViews {
  const views = new Map<string, PolicyView>();
  return {
    of(entries, host) {
      const key = entries.join('\n');
      const view = views.get(key) ?? createPolicyView(entries, host);
      views.set(key, view);
      return view;
    },
    dropFile(path) {
      for (const [key, view] of views) if (fileIn(view, path) !== undefined) views.delete(key);
    },
    clear: () => views.clear(),
  };
}
