import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Json, type LspClient, LspError, type Place, startLspClient, toJsonList } from '../testing/lsp-client.ts';
import { parseMarkedSource } from '../testing/marked-source.ts';

const SPEAKER = 'speaker { as 64512 }\n';
const CLUSTER = `apiVersion: v1
kind: Node
metadata: { name: worker-1, labels: { rack: a1 } }
---
apiVersion: v1
kind: Service
metadata: { name: checkout, namespace: shop, labels: { tier: edge } }
spec: { type: ClusterIP, clusterIP: 10.96.0.1 }
`;

describe('the language server over stdio', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-lsp-'));
  let client: LspClient;

  before(async () => {
    write('shop/edge.bell', SPEAKER);
    write('shop/fixtures/shop.yaml', CLUSTER);
    const capabilities = {
      textDocument: { publishDiagnostics: { relatedInformation: true } },
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
    };
    client = await startLspClient({ folder, capabilities });
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true, force: true });
  });

  function write(path: string, text: string): string {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  /** Opens a marked text in a folder of its own; returns the places of the marks. */
  function open(path: string, marked: string) {
    const { text, spans } = parseMarkedSource(marked);
    const uri = client.open(join(folder, path), text);
    const places = spans.map(({ start }) => placeIn(text, start));
    const [place = { line: 0, character: 0 }] = places;
    return { uri, text, place, places, at: { textDocument: { uri }, position: place } };
  }

  const codes = (diagnostics: readonly Json[]) => diagnostics.map(({ code }) => code);

  test('asks to be told about files that change', async () => {
    const { at } = open('asked/a.bell', SPEAKER);
    await client.request('textDocument/hover', at);
    assert.deepEqual(
      client.asked.map(({ method }) => method),
      ['client/registerCapability'],
    );
  });

  test('publishes diagnostics with the version they are about, at UTF-16 columns', async () => {
    const { uri, places } = open(
      'unicode/a.bell',
      `${SPEAKER}peer p { description "🐦é" export ‹uot› address 192.0.2.1 as 64500 }`,
    );
    const [found] = await client.diagnostics(uri, 1);
    assert.equal(found?.code, 'unknown-filter');
    const [start] = places;
    assert.equal(start?.character, 34);
    assert.deepEqual(found?.range, { start, end: { line: 1, character: 37 } });
  });

  test('follows changes of parts of a text, and takes diagnostics back', async () => {
    const { uri } = open('changes/a.bell', `${SPEAKER}let a = 192.0.2.1\r\npeer p { address 192.0.2.1 as 64500 }\n`);
    assert.deepEqual(codes(await client.diagnostics(uri, 1)), ['unused-name']);
    const insertion = { line: 2, character: 0 };
    client.change(uri, 2, [{ range: { start: insertion, end: insertion }, text: 'exclude prefixes b\n' }]);
    assert.deepEqual(codes(await client.diagnostics(uri, 2)), ['unknown-value']);
    client.change(uri, 3, [
      { range: { start: { line: 2, character: 17 }, end: { line: 2, character: 18 } }, text: 'é' },
      { range: { start: { line: 2, character: 17 }, end: { line: 2, character: 18 } }, text: 'a' },
    ]);
    assert.deepEqual(codes(await client.diagnostics(uri, 3)), []);
  });

  test('stays useful at every letter of a policy that is being typed', async () => {
    const text = `${SPEAKER}range vips load-balancer-ip 198.51.100.0/24\npeer p { address 192.0.2.1 as 64500 export out }\nfilter out { accept if range == vips }\n`;
    const { uri } = open('typing/a.bell', '');
    for (let length = 1; length <= text.length; length++) {
      const end = placeIn(text, length - 1);
      client.change(uri, length + 1, [{ range: { start: end, end }, text: text.charAt(length - 1) }]);
    }
    assert.deepEqual(codes(await client.diagnostics(uri, text.length + 1)), []);
  });

  test('a document that changes faster than it can be checked is not checked for every change', async () => {
    const { uri } = open('burst/a.bell', SPEAKER);
    await client.diagnostics(uri, 1);
    const start = { line: 0, character: 0 };
    const before = client.published();
    for (let version = 2; version <= 200; version++) {
      client.change(uri, version, [{ range: { start, end: start }, text: '# more\n' }]);
    }
    await client.diagnostics(uri, 200);
    assert.ok(client.published() - before < 199, 'diagnostics for every single change');
  });

  test('reports on all files of a policy, open or not, and again when one is saved', async () => {
    const lets = write('files/parts/lets.bell', 'let bogons = 192.168.0.0/16\nlet bogons = 192.0.2.1\n');
    const { uri } = open('files/edge.bell', `${SPEAKER}include "parts/*.bell"\nexclude prefixes bogons\n`);
    await client.diagnostics(uri, 1);
    const letsUri = `file://${lets}`;
    assert.deepEqual(codes(await client.diagnostics(letsUri)), ['duplicate-name']);
    write('files/parts/lets.bell', 'let bogons = 192.168.0.0/16\n');
    client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: letsUri, type: 2 }] });
    assert.deepEqual(codes(await client.diagnostics(letsUri)), []);
  });

  test('takes the diagnostics of a policy back when its last document is closed', async () => {
    const { uri } = open('closed/a.bell', 'peer p {');
    assert.ok((await client.diagnostics(uri, 1)).length > 0);
    client.notify('textDocument/didClose', { textDocument: { uri } });
    assert.deepEqual(await client.diagnostics(uri), []);
  });

  test('completes label keys and names of the fixtures that a test names', async () => {
    const { at } = open(
      'shop/edge.bell',
      `${SPEAKER}exclude nodes where label ‹›\ntest "t" { cluster "fixtures/shop.yaml" expect worker-1 withholds 192.0.2.1 }\n`,
    );
    const items = toJsonList(await client.request('textDocument/completion', at));
    assert.deepEqual(
      items.map(({ label }) => label),
      ['"rack"'],
    );
  });

  test('answers hover, definition, references and highlights', async () => {
    const { uri, at, places } = open('names/a.bell', `${SPEAKER}let ‹a› = 192.0.2.1\nexclude prefixes ‹a›\n`);
    assert.match(JSON.stringify(await client.request('textDocument/hover', at)), /let a = 192\.0\.2\.1/);
    const use = { textDocument: { uri }, position: places[1] };
    const [definition] = toJsonList(await client.request('textDocument/definition', use));
    assert.deepEqual(definition?.range, { start: places[0], end: { line: 1, character: 5 } });
    const context = { includeDeclaration: true };
    assert.equal(toJsonList(await client.request('textDocument/references', { ...use, context })).length, 2);
    assert.equal(toJsonList(await client.request('textDocument/documentHighlight', use)).length, 2);
  });

  test('renames, and refuses with the reason', async () => {
    const { uri, at } = open('rename/a.bell', `${SPEAKER}let ‹a› = 192.0.2.1\nexclude prefixes a\n`);
    assert.deepEqual(await client.request('textDocument/prepareRename', at), {
      range: { start: at.position, end: { line: 1, character: 5 } },
      placeholder: 'a',
    });
    const renamed = JSON.stringify(await client.request('textDocument/rename', { ...at, newName: 'bogons' }));
    assert.equal(renamed.match(/"newText":"bogons"/g)?.length, 2);
    assert.ok(renamed.includes(uri));
    await assert.rejects(
      client.request('textDocument/rename', { ...at, newName: 'except' }),
      (error) => error instanceof LspError && error.message === '`except` is a reserved word',
    );
  });

  test('answers symbols, folding, formatting, code actions and semantic tokens', async () => {
    const { uri, place } = open(
      'whole/a.bell',
      `# one\n# two\n${SPEAKER}filter out { accept }\npeer p { address 192.0.2.1 as 64500 export ‹uot› }\n`,
    );
    const textDocument = { uri };
    const symbols = toJsonList(await client.request('textDocument/documentSymbol', { textDocument }));
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['speaker', 'out', 'p'],
    );
    assert.deepEqual(await client.request('textDocument/foldingRange', { textDocument }), [
      { startLine: 0, endLine: 1, kind: 'comment' },
    ]);
    const options = { tabSize: 8, insertSpaces: false };
    assert.equal(toJsonList(await client.request('textDocument/formatting', { textDocument, options })).length, 1);
    const params = { textDocument, range: { start: place, end: place }, context: { diagnostics: [] } };
    const actions = toJsonList(await client.request('textDocument/codeAction', params));
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Replace it with out'],
    );
    const colours = JSON.stringify(await client.request('textDocument/semanticTokens/full', { textDocument }));
    assert.match(colours, /"data":\[0,0,5,4,0,/);
  });

  test('serves a document that is no file', async () => {
    const uri = client.open('untitled:Untitled-1', 'peer p { export x }');
    const found = codes(await client.diagnostics(uri, 1));
    assert.ok(found.includes('unknown-filter'), found.join(' '));
    const position = { line: 0, character: 17 };
    assert.deepEqual(await client.request('textDocument/definition', { textDocument: { uri }, position }), []);
  });

  test('has no answer about a document that is not open and not there', async () => {
    const textDocument = { uri: `file://${folder}/nowhere/x.bell` };
    const position = { line: 0, character: 0 };
    assert.equal(await client.request('textDocument/hover', { textDocument, position }), null);
    assert.deepEqual(await client.request('textDocument/completion', { textDocument, position }), []);
  });

  test('a request that is cancelled before its turn is answered as cancelled', async () => {
    const { at } = open('cancel/a.bell', `${SPEAKER}let ‹a› = 192.0.2.1`);
    await assert.rejects(
      client.requestAndCancel('textDocument/hover', at),
      (error) => error instanceof LspError && error.code === -32800,
    );
  });

  test('refuses a request it does not know, and goes on', async () => {
    await assert.rejects(client.request('textDocument/nothing', {}), (error) => error instanceof LspError);
    const { uri } = open('after/a.bell', SPEAKER);
    assert.ok(await client.diagnostics(uri, 1));
  });
});

test('exits with 1 when the editor asks it to exit without shutting it down', { timeout: 60_000 }, async () => {
  const client = await startLspClient();
  client.notify('exit', undefined);
  assert.equal(await client.exit, 1);
});

test('ends when the editor is gone', { timeout: 60_000 }, async () => {
  const client = await startLspClient();
  client.process.stdin.end();
  assert.equal(await client.exit, 1);
});

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
