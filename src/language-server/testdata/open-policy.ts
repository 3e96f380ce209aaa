// A policy in an editor, for tests of one feature: marked texts in, the opened file and its marks out.

import { TextDocument } from 'vscode-languageserver-textdocument';
import { createMemoryHost } from '../../dsl/index.ts';
import { type MarkedSpan, parseMarkedSource } from '../../testing/marked-source.ts';
import type { Fixtures } from '../fixtures.ts';
import type { FileView } from '../policy-view.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';

/** What every policy needs, where a test does not care. */
export const SPEAKER = '\nspeaker { as 64512 }\n';

/** A file with its marks. */
export interface OpenedFile {
  readonly file: FileView;
  readonly text: string;
  readonly marks: readonly MarkedSpan[];
  /** The start of the first mark. */
  readonly cursor: number;
  readonly workspace: Workspace;
}

/** Opens marked texts; the first file is the one that is looked at. */
export function openPolicy(files: Readonly<Record<string, string>> | string): OpenedFile {
  const marked = typeof files === 'string' ? { '/policy/edge.bell': files } : files;
  const parsed = Object.entries(marked).map(([path, text]) => ({ path, ...parseMarkedSource(text) }));
  const disk = createMemoryHost(Object.fromEntries(parsed.map(({ path, text }) => [path, text])));
  const workspace = createWorkspace(() => disk);
  workspace.setFiles(parsed.map(({ path }) => path));
  for (const { path, text } of parsed) workspace.changed(TextDocument.create(`file://${path}`, 'bellbird', 1, text));
  const [first] = parsed;
  const file = first && workspace.fileAt(`file://${first.path}`);
  if (first === undefined || file === undefined) throw new Error('there is no file to look at');
  return { file, text: first.text, marks: first.spans, cursor: first.spans[0]?.start ?? 0, workspace };
}

/** A small cluster. */
export const FIXTURES: Fixtures = {
  nodes: [
    node('worker-1', { rack: 'a1', 'topology.kubernetes.io/zone': 'a' }),
    { ...node('node.2', { rack: 'b1' }), taints: ['example.org/dedicated'] },
  ],
  services: [
    { namespace: 'shop', name: 'checkout', labels: { tier: 'edge' }, annotations: { 'example.org/owner': 'shop' } },
    { namespace: 'shop', name: 'cart', labels: { tier: 'inner' }, annotations: {} },
  ],
};

function node(name: string, labels: Readonly<Record<string, string>>): Fixtures['nodes'][number] {
  return { name, labels, annotations: {} };
}
