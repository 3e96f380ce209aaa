import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createMemoryHost, type SourceHost } from '../dsl/index.ts';
import { createWorkspace } from './workspace.ts';

const SPEAKER = 'speaker { as 64512 }\n';

test('an open document counts instead of what is on disk, until it is closed', () => {
  const { workspace } = start({ '/p/a.bell': `${SPEAKER}let x = 192.0.2.1`, '/p/b.bell': 'exclude prefixes x' });
  workspace.changed(documentOf('/p/b.bell', 'exclude prefixes y'));
  assert.deepEqual(codes(workspace), ['unknown-value']);
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}let y = 192.0.2.1`));
  assert.deepEqual(codes(workspace), []);
  workspace.closed('file:///p/a.bell');
  assert.deepEqual(codes(workspace), ['unknown-value']);
});

test('a document that is not saved yet is part of its directory, and of an include', () => {
  const { workspace } = start({ '/p/a.bell': `${SPEAKER}include "parts/*.bell"\nexclude prefixes x, y` });
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}include "parts/*.bell"\nexclude prefixes x, y`));
  workspace.changed(documentOf('/p/b.bell', 'let x = 192.0.2.1'));
  workspace.changed(documentOf('/p/parts/c.bell', 'let y = 192.0.2.2'));
  assert.deepEqual(codes(workspace), []);
});

test('changes on disk are seen after a refresh, and not read before', () => {
  const { workspace, disk, reads } = start({ '/p/a.bell': `${SPEAKER}let x = 192.0.2.1`, '/p/b.bell': '' });
  workspace.changed(documentOf('/p/b.bell', 'exclude prefixes x'));
  assert.deepEqual(codes(workspace), []);
  const before = reads.length;
  workspace.changed(documentOf('/p/b.bell', 'exclude prefixes x # more'));
  codes(workspace);
  assert.equal(reads.length, before);
  disk['/p/a.bell'] = SPEAKER;
  assert.deepEqual(codes(workspace), []);
  workspace.refresh();
  assert.deepEqual(codes(workspace), ['unknown-value']);
});

test('a policy is analysed once for each change, and others not at all', () => {
  const { workspace } = start({ '/p/a.bell': SPEAKER, '/q/b.bell': SPEAKER });
  workspace.changed(documentOf('/p/a.bell', SPEAKER));
  workspace.changed(documentOf('/q/b.bell', SPEAKER));
  const [p, q] = workspace.openPolicies();
  assert.equal(workspace.fileAt('file:///p/a.bell')?.policy, p);
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}# more`));
  const [p2, q2] = workspace.openPolicies();
  assert.notEqual(p2, p);
  assert.equal(q2, q);
});

test('completion sees the text of now with the names of the last analysis, and analyses nothing', () => {
  const { workspace } = start({ '/p/a.bell': SPEAKER });
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}let x = 192.0.2.1`));
  const [analysed] = workspace.openPolicies();
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}let x = 192.0.2.1\n`));
  const recent = workspace.recentFileAt('file:///p/a.bell');
  assert.equal(recent?.policy, analysed);
  assert.equal(recent?.source.text, `${SPEAKER}let x = 192.0.2.1\n`);
  assert.notEqual(workspace.fileAt('file:///p/a.bell')?.policy, analysed);
});

test('an include that is written moves a file to another policy', () => {
  const { workspace } = start({ '/p/a.bell': SPEAKER, '/p/parts/b.bell': 'exclude prefixes x' });
  workspace.changed(documentOf('/p/parts/b.bell', 'exclude prefixes x'));
  workspace.changed(documentOf('/p/a.bell', SPEAKER));
  assert.deepEqual(workspace.policiesOf('file:///p/parts/b.bell')[0]?.entries, ['/p/parts']);
  workspace.changed(documentOf('/p/a.bell', `${SPEAKER}include "parts/b.bell"`));
  assert.deepEqual(workspace.policiesOf('file:///p/parts/b.bell')[0]?.entries, ['/p']);
});

test('a byte-order mark does not move the places behind it', () => {
  const { workspace } = start({});
  const text = '\uFEFFpeer p { export x }';
  workspace.changed(documentOf('/p/a.bell', text));
  const found = workspace.openPolicies()[0]?.analysis.diagnostics.find(({ code }) => code === 'unknown-filter');
  const { start: from = 0, end = 0 } = found?.labels[0]?.span ?? {};
  assert.equal(text.slice(from, end), 'x');
});

function start(disk: Record<string, string>) {
  const reads: string[] = [];
  const counted = (host: SourceHost): SourceHost => ({
    ...host,
    read: (path) => {
      reads.push(path);
      return host.read(path);
    },
  });
  const workspace = createWorkspace(() => counted(createMemoryHost({ ...disk })));
  workspace.setFiles(Object.keys(disk));
  return { workspace, disk, reads };
}

function documentOf(path: string, text: string): TextDocument {
  return TextDocument.create(`file://${path}`, 'bellbird', 1, text);
}

/** Codes of errors in all open policies. */
function codes(workspace: ReturnType<typeof createWorkspace>): readonly string[] {
  return workspace
    .openPolicies()
    .flatMap(({ analysis }) => analysis.diagnostics)
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
}
