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
  return new OpenWorkspace(createDisk);
}

class OpenWorkspace implements Workspace {
  readonly #createDisk: () => SourceHost;
  readonly #open = new Map<string, TextDocument>();
  readonly #outlines = new Map<string, string>();
  readonly #views = createPolicyViews();
  #files: readonly string[] = [];
  #host: SourceHost;
  #graph: PolicyGraph | undefined;
  /** A property, because features take it along. */
  readonly uriOf = (path: string): string => this.#open.get(path)?.uri ?? uriOf(path);

  constructor(createDisk: () => SourceHost) {
    this.#createDisk = createDisk;
    this.#host = createOpenFilesHost(createDisk(), this.#open);
  }

  changed(document: TextDocument): void {
    const path = pathOf(document.uri);
    const outline = JSON.stringify(outlineOf(document.getText()));
    const isSame = this.#open.has(path) && this.#outlines.get(path) === outline;
    this.#open.set(path, document);
    this.#outlines.set(path, outline);
    if (isSame) this.#views.dropFile(path);
    else this.#forget();
  }

  closed(uri: string): void {
    this.#open.delete(pathOf(uri));
    this.#outlines.delete(pathOf(uri));
    this.#forget();
  }

  refresh(): void {
    this.#host = createOpenFilesHost(this.#createDisk(), this.#open);
    this.#forget();
  }

  setFiles(paths: readonly string[]): void {
    this.#files = paths;
    this.#forget();
  }

  openPolicies(): readonly PolicyView[] {
    return [...new Set([...this.#open.values()].flatMap(({ uri }) => this.policiesOf(uri)))];
  }

  policiesOf(uri: string): readonly PolicyView[] {
    return this.#entriesOf(pathOf(uri)).map((entries) => this.#views.of(entries, this.#host));
  }

  fileAt(uri: string): FileView | undefined {
    const path = pathOf(uri);
    return this.policiesOf(uri).flatMap((policy) => fileIn(policy, path) ?? [])[0];
  }

  recentFileAt(uri: string): FileView | undefined {
    const path = pathOf(uri);
    const latest = this.#entriesOf(path).flatMap((entries) => this.#views.latest(entries) ?? [])[0];
    const file = latest && fileIn(latest, path);
    const text = this.#open.has(path) ? this.#host.read(path) : undefined;
    if (file === undefined || text?.kind !== 'text' || typeof text.bytes !== 'string') return this.fileAt(uri);
    return { ...file, source: createSourceFile(path, text.bytes) };
  }

  versionOf(path: string): number | undefined {
    return this.#open.get(path)?.version;
  }

  tryTexts(policy: PolicyView, texts: ReadonlyMap<string, string>): PolicyView {
    const changed = new Map([...texts].map(([path, text]) => [path, { getText: () => text }]));
    return createPolicyView(policy.entries, createOpenFilesHost(this.#host, changed));
  }

  /** What `check` would be given for each of the policies that the file belongs to. */
  #entriesOf(path: string): readonly (readonly string[])[] {
    this.#graph ??= buildPolicyGraph(
      [...this.#files, ...[...this.#open.keys()].flatMap((open) => neighbours(open, this.#host))],
      this.#host,
    );
    return this.#graph.policiesOf(path);
  }

  #forget(): void {
    this.#graph = undefined;
    this.#views.clear();
  }
}

/** Files that may include this one although no workspace folder holds them: those of its folder and of two above. */
function neighbours(path: string, host: SourceHost): readonly string[] {
  if (!path.startsWith('/')) return [path];
  const folders = [1, 2, 3].map((levels) => path.split('/').slice(0, -levels).join('/')).filter(Boolean);
  return [path, ...folders.flatMap((folder) => host.list(folder) ?? [])];
}
