import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, createMemoryHost } from '../../dsl/index.ts';
import { renderGithub } from './github.ts';
import { toSarif } from './sarif.ts';

const PATH = 'policies/100%, edge:1.bell';
const TEXT = `speaker { as 64512 }
range a cluster-ip 10.96.0.0/16
range a cluster-ip 10.97.0.0/16,
peer tor-a {
`;
const { diagnostics, sources } = compile([PATH], createMemoryHost({ [PATH]: TEXT }));

test('a workflow command escapes what would end it or its properties', () => {
  const lines = renderGithub(diagnostics, sources).trimEnd().split('\n');
  assert.equal(lines.length, diagnostics.length);
  for (const line of lines) assert.match(line, /^::error file=policies\/100%25%2C edge%3A1\.bell,line=\d,endLine=\d,/);
  assert.match(lines[0] ?? '', /,line=3,endLine=3,col=7,endColumn=7,title=duplicate-name::.*%0Ahelp: /);
});

test('a workflow command stays one line whatever the text and the path', () => {
  const label = { path: 'a\r\nb.bell', span: { start: 0, end: 0 }, text: '', primary: true };
  const odd = {
    severity: 'error',
    code: 'odd',
    message: '5 %: a, b\r\n::error::c',
    labels: [label],
    notes: [],
  } as const;
  assert.equal(
    renderGithub([odd], []),
    '::error file=a%0D%0Ab.bell,line=1,endLine=1,col=1,endColumn=1,title=odd::5 %25: a, b%0D%0A::error::c\n',
  );
});

test('a workflow command for trouble without a place has none', () => {
  const nothing = compile([], createMemoryHost({}));
  assert.match(renderGithub(nothing.diagnostics, nothing.sources), /^::error title=empty-policy::no policy file/);
});

test('hints are notes of a SARIF log, and no workflow commands', () => {
  const text = 'speaker { as 64512 }\nrange a external-ip 203.0.113.0/24\npeer p { address 192.0.2.1 as 64500 }\n';
  const hinting = compile(['a.bell'], createMemoryHost({ 'a.bell': text }));
  assert.equal(renderGithub(hinting.diagnostics, hinting.sources), '');
  const results = path(toSarif(hinting.diagnostics, hinting.sources), 'runs', '0', 'results');
  assert.deepEqual([path(results, '0', 'ruleId'), path(results, '0', 'level')], ['external-ip-for-anyone', 'note']);
});

test('a SARIF log has each code once, and places that count from 1 with the end left out', () => {
  const log = toSarif(diagnostics, sources);
  const location = { uri: 'policies/100%25%2C%20edge%3A1.bell' };
  const at = (startLine: number, startColumn: number, endColumn: number) => ({
    physicalLocation: {
      artifactLocation: location,
      region: { startLine, startColumn, endLine: startLine, endColumn },
    },
  });
  const results = path(log, 'runs', '0', 'results');
  assert.deepEqual(path(results, '0', 'locations'), [at(3, 7, 8)]);
  assert.deepEqual(path(results, '0', 'relatedLocations'), [
    { id: 0, message: { text: 'declared first here' }, ...at(2, 7, 8) },
  ]);
  assert.equal(path(results, '1', 'ruleId'), 'trailing-comma');
  assert.deepEqual(path(results, '1', 'fixes', '0', 'artifactChanges'), [
    {
      artifactLocation: location,
      replacements: [{ deletedRegion: at(3, 32, 33).physicalLocation.region, insertedContent: { text: '' } }],
    },
  ]);
  assert.deepEqual(path(log, 'runs', '0', 'artifacts'), [{ location }]);
  const ids = diagnostics.map((_, index) => [
    path(results, String(index), 'ruleId'),
    path(log, 'runs', '0', 'tool', 'driver', 'rules', String(path(results, String(index), 'ruleIndex')), 'id'),
  ]);
  for (const [id, rule] of ids) assert.equal(id, rule);
});

test('an absolute path becomes a file address', () => {
  const absolute = compile(['/etc/bellbird/a.bell'], createMemoryHost({ '/etc/bellbird/a.bell': TEXT }));
  const log = toSarif(absolute.diagnostics, absolute.sources);
  assert.deepEqual(path(log, 'runs', '0', 'artifacts', '0', 'location'), { uri: 'file:///etc/bellbird/a.bell' });
});

/** What stands in plain data behind some keys. */
function path(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((part, key) => {
    if (typeof part !== 'object' || part === null) return undefined;
    return Object.entries(part).find(([name]) => name === key)?.[1];
  }, value);
}
