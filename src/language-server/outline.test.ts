import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldingRangesOf } from './folding.ts';
import { findSymbols, symbolsOf } from './symbols.ts';
import { openPolicy } from './testdata/open-policy.ts';

test('lists the statements of a file with what is in them', () => {
  const { file } = openPolicy(`speaker { as 64512 }
let bogons = 192.168.0.0/16
range vips load-balancer-ip 198.51.100.0/24 { med 5 }
exclude nodes where cordoned
service shop/* { to all }
service where type == LoadBalancer { med 1 }
filter out { accept }
template fabric { as 64500 }
peer tor from fabric { address 192.0.2.1 }
guard { max-routes 10 }
test "it runs" { cluster "a.yaml" expect every node withholds 192.0.2.1 }`);
  const lines = symbolsOf(file).map(({ name, detail, children = [] }) =>
    [name, detail ?? '', children.map((child) => child.name).join(' ')].join(' | '),
  );
  assert.deepEqual(lines, [
    'speaker |  | as',
    'bogons | 192.168.0.0/16 | ',
    'vips | load-balancer-ip 198.51.100.0/24 | med',
    'exclude nodes | exclude nodes where cordoned | ',
    'service shop/* |  | to',
    'service where … |  | med',
    'out | filter of 1 rule | accept',
    'fabric | template | as',
    'tor | peer from fabric | address',
    'guard |  | max-routes',
    'it runs | test | expect every node withholds 192.0.2.1',
  ]);
});

test('the selection of a symbol is its name, inside the range of the whole statement', () => {
  const { file, marks } = openPolicy('speaker { as 64512 }\nlet ‹bogons› = 192.168.0.0/16');
  const symbol = symbolsOf(file)[1];
  const [mark] = marks;
  assert.deepEqual(symbol?.selectionRange, {
    start: { line: 1, character: (mark?.start ?? 0) - 21 },
    end: { line: 1, character: (mark?.end ?? 0) - 21 },
  });
  assert.equal(symbol?.range.start.character, 0);
});

test('finds names in all policies by some of their letters', () => {
  const { workspace } = openPolicy({
    '/one/a.bell': 'speaker { as 64512 }\nfilter to-fabric { accept }\nlet bogons = 192.168.0.0/16',
    '/two/b.bell': 'speaker { as 64512 }\ntemplate fabric { }\nlet (x) = 1',
  });
  const found = (query: string) =>
    findSymbols(workspace.openPolicies(), query, String).map(({ name, containerName }) => `${containerName} ${name}`);
  assert.deepEqual(found('FAB'), ['filter to-fabric', 'template fabric']);
  assert.deepEqual(found('bgn'), ['let bogons']);
  assert.deepEqual(found('('), []);
  assert.equal(found('').length, 3);
});

test('a statement whose name is missing is still listed', () => {
  const { file } = openPolicy('speaker { as 64512 }\nfilter { accept }\npeer p { }');
  assert.ok(symbolsOf(file).every(({ name }) => name !== ''));
  assert.ok(symbolsOf(file).some(({ name }) => name === 'p'));
});

test('folds blocks, lists and comments of several lines, and nothing else', () => {
  const { file } = openPolicy(`# one
# two
# three
speaker { as 64512 }

peer tor {   # a remark
  address 192.0.2.1
  as 64500
}
filter f {
  accept if range in (
    a,
    b,
  )
}
# alone
peer x {
}`);
  assert.deepEqual(
    foldingRangesOf(file.source).map(({ startLine, endLine, kind = 'block' }) => `${kind} ${startLine}-${endLine}`),
    ['comment 0-2', 'block 5-7', 'block 9-13', 'block 10-12'],
  );
});

test('folds what can be folded in a broken text', () => {
  const { file } = openPolicy('speaker { as 64512 }\n}}\npeer a {\n  nonsense\n  hold-time\n}\npeer b {\n');
  assert.deepEqual(foldingRangesOf(file.source), [{ startLine: 2, endLine: 4 }]);
});
