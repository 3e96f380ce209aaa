// What the language has and nothing carries out yet, asked of the checks themselves: they are shown every statement,
// setting and term that there is.

import { compile, createMemoryHost } from '../../src/dsl/index.ts';
import { VALID_STATEMENTS } from '../../src/dsl/testdata/valid-statements.ts';
import { termsFor } from '../../src/dsl/vocabulary.ts';

/** The subjects of all `not-yet-supported` messages, sorted. */
export function notYetSupported(): readonly string[] {
  const found = [...VALID_STATEMENTS, ...conditions()].flatMap((statement) => {
    const { diagnostics } = compile(['a.bell'], createMemoryHost({ 'a.bell': statement }));
    return diagnostics.flatMap(({ code, message }) =>
      code === 'not-yet-supported' ? [message.replace(/ (is|are) not supported yet.*$/s, '')] : [],
    );
  });
  return [...new Set(found)].sort();
}

/** A condition with each term, where it may stand. */
function conditions(): readonly string[] {
  const about = {
    node: 'exclude nodes where',
    service: 'exclude services where',
    route: 'filter f { accept if',
  } as const;
  return (['node', 'service', 'route'] as const).flatMap((subject) =>
    termsFor(subject).map((term) => `${about[subject]} ${spell(term)}${subject === 'route' ? ' }' : ''}`),
  );
}

function spell(term: string): string {
  if (['label', 'annotation', 'taint'].includes(term)) return `${term} "k"`;
  if (term === 'as-path') return 'as-path starts 64500';
  if (term === 'community') return 'community 64512:1';
  if (term === 'service') return 'service shop/*';
  return term === 'prefix' ? 'prefix in 10.0.0.0/8' : `${term} == "x"`;
}
