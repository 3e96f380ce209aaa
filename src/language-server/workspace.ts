// What the editor has open, and the policies it belongs to. Documents and events go in; analysed policies come out. A
// policy is analysed when it is asked for and kept until one of its files changes, so a keystroke costs one analysis,
// whoever asks first.

import type { TextDocument } from 'vscode-languageserver-textdocument';
import { createSourceFile, type SourceHost } from '../dsl/editor.ts';
import { createOpenFilesHost } from './open-files-host.ts';
import { buildPolicyGraph, outlineOf, type PolicyGraph } from './policy-graph.ts';
import { createPolicyView, createPolicyViews, type FileView, fileIn, type PolicyView } from './policy-view.ts';
import { pathOf, uriOf } from './uris.ts';

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
  /**
   * The same as of the last analysis, but with the text of now: what names there are hardly changes with a key, and
   * completion is asked for behind every one.
   */
  recentFileAt(uri: string): FileView | undefined;
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
  const views = createPolicyViews();
  let files: readonly string[] = [];
  let host = createOpenFilesHost(createDisk(), open);
  let graph: PolicyGraph | undefined;

  function forget(): void {
    graph = undefined;
    views.clear();
  }

  function currentGraph(): PolicyGraph {
    graph ??= buildPolicyGraph([...files, ...[...open.keys()].flatMap((path) => neighbours(path, host))], host);
    return graph;
  }

  function policiesOf(uri: string): readonly PolicyView[] {
    return currentGraph()
      .policiesOf(pathOf(uri))
      .map((entries) => views.of(entries, host));
  }

  function fileAt(uri: string): FileView | undefined {
    const path = pathOf(uri);
    return policiesOf(uri).flatMap((policy) => fileIn(policy, path) ?? [])[0];
  }

  return {
    changed(document) {
      const path = pathOf(document.uri);
      const outline = JSON.stringify(outlineOf(document.getText()));
      const isSame = open.has(path) && outlines.get(path) === outline;
      open.set(path, document);
      outlines.set(path, outline);
      if (isSame) views.dropFile(path);
      else forget();
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
    fileAt,
    recentFileAt(uri) {
      const path = pathOf(uri);
      const latest = currentGraph()
        .policiesOf(path)
        .flatMap((entries) => views.latest(entries) ?? [])[0];
      const file = latest && fileIn(latest, path);
      const text = open.has(path) ? host.read(path) : undefined;
      if (file === undefined || text?.kind !== 'text' || typeof text.bytes !== 'string') return fileAt(uri);
      return { ...file, source: createSourceFile(path, text.bytes) };
    },
    uriOf: (path) => open.get(path)?.uri ?? uriOf(path),
    versionOf: (path) => open.get(path)?.version,
    tryTexts(policy, texts) {
      const changed = new Map([...texts].map(([path, text]) => [path, { getText: () => text }]));
      return createPolicyView(policy.entries, createOpenFilesHost(host, changed));
    },
  };
}

/** Files that may include this one although no workspace folder holds them: those of its folder and of two above. */
function neighbours(path: string, host: SourceHost): readonly string[] {
  if (!path.startsWith('/')) return [path];
  const folders = [1, 2, 3].map((levels) => path.split('/').slice(0, -levels).join('/')).filter(Boolean);
  return [path, ...folders.flatMap((folder) => host.list(folder) ?? [])];
}
