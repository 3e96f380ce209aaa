import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHost } from '../dsl/index.ts';
import { buildPolicyGraph, outlineOf } from './policy-graph.ts';

const SPEAKER = 'speaker { as 64512 }\n';

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly of: string;
  readonly policies: readonly (readonly string[])[];
}

const cases: Readonly<Record<string, Case>> = {
  'a file belongs to the policy of its directory': {
    files: { '/p/a.bell': SPEAKER, '/p/b.bell': '' },
    of: '/p/b.bell',
    policies: [['/p']],
  },
  'an included file belongs to the policy that includes it': {
    files: { '/p/a.bell': `${SPEAKER}include "parts/*.bell"`, '/p/parts/x.bell': '', '/p/parts/y.bell': '' },
    of: '/p/parts/x.bell',
    policies: [['/p']],
  },
  'an included file belongs to the top of a chain of includes': {
    files: { '/a/a.bell': 'include "../b/b.bell"', '/b/b.bell': 'include "../c/c.bell"', '/c/c.bell': '' },
    of: '/c/c.bell',
    policies: [['/a']],
  },
  'a shared file belongs to every policy that includes it': {
    files: {
      '/one/a.bell': `${SPEAKER}include "../common/x.bell"`,
      '/two/b.bell': `${SPEAKER}include "../common/x.bell"`,
      '/common/x.bell': '',
    },
    of: '/common/x.bell',
    policies: [['/one'], ['/two']],
  },
  'files with a speaker each are policies of their own': {
    files: { '/p/a.bell': SPEAKER, '/p/b.bell': SPEAKER },
    of: '/p/b.bell',
    policies: [['/p/b.bell']],
  },
  'a speaker in an included file does not make it a policy of its own': {
    files: { '/p/a.bell': 'include "b.bell"', '/p/b.bell': SPEAKER, '/p/c.bell': '' },
    of: '/p/c.bell',
    policies: [['/p']],
  },
  'files that include each other are one policy': {
    files: { '/p/a.bell': 'include "q/b.bell"', '/p/q/b.bell': 'include "../a.bell"' },
    of: '/p/a.bell',
    policies: [['/p']],
  },
  'a document that is no file is a policy of its own': {
    files: { '/p/a.bell': SPEAKER },
    of: 'untitled:Untitled-1',
    policies: [['untitled:Untitled-1']],
  },
};

for (const [name, { files, of, policies }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(buildPolicyGraph(Object.keys(files), createMemoryHost(files)).policiesOf(of), policies);
  });
}

test('an outline sees includes and speakers at the start of a line, and none in comments', () => {
  const text = '# include "no.bell"\n  include "a.bell"\ninclude\t"b/*.bell" # speaker\n# speaker\n';
  assert.deepEqual(outlineOf(text), { includes: ['a.bell', 'b/*.bell'], hasSpeaker: false });
  assert.equal(outlineOf('let a = 1\n speaker{').hasSpeaker, true);
});
