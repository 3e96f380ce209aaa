// What the editor has open, and the policies it belongs to. Documents and events go in; analysed policies come out. A
// policy is analysed when it is asked for and kept until one of its files changes, so a keystroke costs one analysis,
// whoever asks first.

import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type Analysis,
  analyse,
  directoryOf,
  type PolicyFile,
  type SourceFile,
  type SourceHost,
} from '../dsl/editor.ts';
import { buildNameIndex, type NameIndex } from './name-index.ts';
import { createOpenFilesHost } from './open-files-host.ts';
import { buildPolicyGraph, outlineOf, type PolicyGraph } from './policy-graph.ts';
import { pathOf, uriOf } from './uris.ts';

/** An analysed policy. */
export interface PolicyView {
  readonly entries: readonly string[];
  readonly analysis: Analysis;
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

/** The state of the server. */
export interface Workspace {
  /** An open document has another text; also when it is opened. */
  changed(document: TextDocument): void;
  closed(uri: string): void;
  /** Files on disk may have changed. */
  refresh(): void;
  /** Policy files that the workspace folders hold. */
  setFiles(paths: readonly string[]): void;
  /** Every policy that an open document belongs to. */
  openPolicies(): readonly PolicyView[];
  /** The policies that a document belongs to. */
  policiesOf(uri: string): readonly PolicyView[];
  /** The document as a file of the first of its policies. */
  fileAt(uri: string): FileView | undefined;
  /** The URI of a path, as the editor spells it where the document is open. */
  uriOf(path: string): string;
  /** The version of an open document. */
  versionOf(path: string): number | undefined;
  /** The policy with other texts for some files, without remembering it. */
  tryTexts(policy: PolicyView, texts: ReadonlyMap<string, string>): PolicyView;
}

/** Creates a workspace without documents. `createDisk` gives a host that reads the disk anew. */
export function createWorkspace(createDisk: () => SourceHost): Workspace {
  const open = new Map<string, TextDocument>();
  const outlines = new Map<string, string>();
  const views = new Map<string, PolicyView>();
  let files: readonly string[] = [];
  let host = createOpenFilesHost(createDisk(), open);
  let graph: PolicyGraph | undefined;

  function forget(): void {
    graph = undefined;
    views.clear();
  }

  function currentGraph(): PolicyGraph {
    graph ??= buildPolicyGraph([...files, ...[...open.keys()].flatMap(neighbours)], host);
    return graph;
  }

  /** Files that may include this one although no workspace folder holds them: those of its folder and of two above. */
  function neighbours(path: string): readonly string[] {
    if (!path.startsWith('/')) return [path];
    const folders = [1, 2, 3].map((levels) => path.split('/').slice(0, -levels).join('/')).filter(Boolean);
    return [path, ...folders.flatMap((folder) => host.list(folder) ?? [])];
  }

  function viewOf(entries: readonly string[]): PolicyView {
    const key = entries.join('\n');
    const known = views.get(key);
    if (known !== undefined) return known;
    const view = createView(entries, host);
    views.set(key, view);
    return view;
  }

  function policiesOf(uri: string): readonly PolicyView[] {
    return currentGraph().policiesOf(pathOf(uri)).map(viewOf);
  }

  return {
    changed(document) {
      const path = pathOf(document.uri);
      const outline = JSON.stringify(outlineOf(document.getText()));
      const isSame = open.has(path) && outlines.get(path) === outline;
      open.set(path, document);
      outlines.set(path, outline);
      if (isSame) for (const [key, view] of views) if (fileIn(view, path)) views.delete(key);
      if (!isSame) forget();
    },
    closed(uri) {
      open.delete(pathOf(uri));
      outlines.delete(pathOf(uri));
      forget();
    },
    refresh() {
      host = createOpenFilesHost(createDisk(), open);
      forget();
    },
    setFiles(paths) {
      files = paths;
      forget();
    },
    openPolicies: () => [...new Set([...open.values()].flatMap(({ uri }) => policiesOf(uri)))],
    policiesOf,
    fileAt(uri) {
      const path = pathOf(uri);
      return policiesOf(uri).flatMap((policy) => fileIn(policy, path) ?? [])[0];
    },
    uriOf: (path) => open.get(path)?.uri ?? uriOf(path),
    versionOf: (path) => open.get(path)?.version,
    tryTexts(policy, texts) {
      const changed = new Map([...texts].map(([path, text]) => [path, { getText: () => text }]));
      return createView(policy.entries, createOpenFilesHost(host, changed));
    },
  };
}

/** A file of a policy by its path. */
export function fileIn(policy: PolicyView, path: string): FileView | undefined {
  const tree = policy.analysis.files.find(({ span }) => span.source.path === path);
  return tree && { path, source: tree.span.source, tree, policy };
}

/** The folder that relative paths in a file start from. */
export function folderOf(file: FileView): string {
  return directoryOf(file.path);
}

function createView(entries: readonly string[], host: SourceHost): PolicyView {
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
