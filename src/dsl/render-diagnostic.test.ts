import assert from 'node:assert/strict';
import test from 'node:test';
import { compile } from './compile.ts';
import type { Diagnostic } from './diagnostic.ts';
import { diagnosticsToJson } from './diagnostics-json.ts';
import { renderDiagnostics } from './render-diagnostic.ts';
import { createMemoryHost } from './source-host.ts';

function render(text: string, options: { color?: boolean; max?: number } = {}): string {
  const { diagnostics, sources } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  return renderDiagnostics(diagnostics, sources, { color: false, ...options });
}

const POLICY = 'speaker { as 64512 }\npeer a { address 192.0.2.1 as 64500 }\n';

test('shows tabs as spaces and wide characters as wide, so that carets line up', () => {
  const lines = render(`${POLICY}\t# 日本\nexclude\tprefixes\t10.0.0.1/8`).split('\n');
  assert.equal(lines[3], '4 | exclude prefixes    10.0.0.1/8');
  assert.equal(lines[4], '  |                     ^^^^^^^^^^ host bits are set');
  const wide = render(`${POLICY}exclude nodes where zone in ("日本", 5)`).split('\n');
  assert.equal(wide[3], '3 | exclude nodes where zone in ("日本", 5)');
  assert.equal(wide[4], `  | ${' '.repeat(37)}^ expected a string`);
});

test('never writes control characters of the policy to a terminal', () => {
  assert.ok(!render(`${POLICY}exclude prefixes "\u001b[31m"`).includes('\u001b'));
});

test('colours without changing the text', () => {
  const text = `${POLICY}exclude prefixes 10.0.0.1/8`;
  const coloured = render(text, { color: true });
  const esc = String.fromCharCode(0x1b);
  assert.ok(coloured.includes(`${esc}[1;31merror[host-bits]${esc}[0m`));
  assert.equal(coloured.replaceAll(new RegExp(`${esc}\\[[0-9;]*m`, 'g'), ''), render(text));
});

test('counts what it does not show, 20 by default', () => {
  const wrong = Array.from({ length: 23 }, (_, i) => `exclude prefixes 10.0.0.${i + 1}/8`).join('\n');
  assert.ok(render(POLICY + wrong).endsWith('\n23 errors; 3 more not shown\n'));
  assert.ok(render(POLICY + wrong, { max: 1 }).endsWith('\n23 errors; 22 more not shown\n'));
  assert.equal(render(POLICY + wrong).match(/^error\[/gm)?.length, 20);
});

test('says nothing where there is nothing but hints', () => {
  assert.equal(render(POLICY), '');
  assert.equal(render(`${POLICY}range a external-ip 203.0.113.0/24`), '');
});

test('counts errors and warnings apart', () => {
  const policy = `${POLICY}range a load-balancer-ip 198.51.100.0/24\nrange b load-balancer-ip 198.51.100.0/25`;
  assert.ok(render(policy).endsWith('\n1 warning\n'));
  assert.ok(render(`${policy}\nexclude prefixes 10.0.0.1/8`).endsWith('\n1 error, 1 warning\n'));
});

test('shows a span of several lines on its first, and a file that was not read by its path', () => {
  const diagnostic = (path: string, start: number, end: number): Diagnostic => ({
    severity: 'error',
    code: 'some-code',
    message: 'something',
    labels: [{ path, span: { start, end }, text: 'here', primary: true }],
    notes: [],
  });
  const { sources } = compile(['p.bell'], createMemoryHost({ 'p.bell': 'one\ntwo\n' }));
  const text = renderDiagnostics([diagnostic('p.bell', 1, 6)], sources, { color: false });
  assert.equal(text, 'error[some-code]: something\n --> p.bell:1:2\n  |\n1 | one\n  |  ^^ here\n\n1 error\n');
  const unread = renderDiagnostics([diagnostic('other.bell', 0, 0)], sources, { color: false });
  assert.equal(unread, 'error[some-code]: something\n --> other.bell\n\n1 error\n');
});

test('gives JSON with 1-based places, hints, fixes, and null for what is absent', () => {
  const text = `${POLICY}filter to-fabric { accept }\npeer b { address 192.0.2.2 as 64500 export to-fabrik }\nrange c external-ip 203.0.113.0/24\n`;
  const { diagnostics, sources } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  const [unknown, hint] = diagnosticsToJson(diagnostics, sources);
  const place = { path: 'p.bell', start: { line: 4, column: 44 }, end: { line: 4, column: 53 } };
  assert.deepEqual(unknown, {
    severity: 'error',
    code: 'unknown-filter',
    message: 'there is no filter `to-fabrik`',
    labels: [{ ...place, text: 'not defined', primary: true }],
    notes: [],
    help: 'replace it with `to-fabric`',
    fixes: [{ title: 'replace it with `to-fabric`', certain: false, edits: [{ ...place, newText: 'to-fabric' }] }],
  });
  assert.deepEqual([hint?.severity, hint?.code], ['hint', 'external-ip-for-anyone']);
});

test('cuts a very long line around what it is about', () => {
  const prefixes = Array.from({ length: 200 }, (_, n) => `10.${n}.0.0/16`).join(', ');
  const lines = render(`${POLICY}exclude prefixes ${prefixes}, 10.0.0.1/8, ${prefixes} # 日本`).split('\n');
  const [shown = '', carets = ''] = lines.slice(3);
  assert.match(shown, /^3 \| ….*, 10\.0\.0\.1\/8, .*…$/);
  assert.ok(shown.length < 180);
  assert.equal(shown.indexOf('10.0.0.1/8'), carets.indexOf('^^^^^^^^^^ host bits are set'));
  const wide = render(`${POLICY}peer b { address 192.0.2.2 as 64500 description "${'🔔'.repeat(200)}" hold 9s }`);
  assert.ok(wide.includes('^^^^ not known here') && !wide.includes('\uFFFD'));
  assert.ok(wide.split('\n').every((line) => line.isWellFormed()));
});
