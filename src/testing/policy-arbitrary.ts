// Random policies over the whole grammar, as trees and as text. A tree is what the parser would build, but for spans;
// whether it makes sense is not asked: names are used that nobody declares. `anyMessyPolicy` is text with the same
// meaning as its tree and all the ways of writing it badly: wild white space, comments between any two tokens, commas
// at the end of lists.

import fc from 'fast-check';
import type { ModeClause, PolicyFile, Statement } from '../dsl/ast.ts';
import { anyCondition } from './arbitrary-conditions.ts';
import {
  anyLength,
  anyName,
  anyPath,
  anyPrefix,
  anyRef,
  anyString,
  anyValue,
  listOf,
  maybe,
  NOWHERE,
} from './arbitrary-literals.ts';
import {
  anyAddressKind,
  anyAttribute,
  anyExpectation,
  anyGuardSetting,
  anyPeerSetting,
  anyRule,
  anyServiceSetting,
  anySpeakerSetting,
} from './arbitrary-settings.ts';
import { spellPolicy } from './spell-policy.ts';

const span = fc.constant(NOWHERE);

function kind<const K extends string>(...kinds: readonly K[]): fc.Arbitrary<K> {
  return fc.constantFrom(...kinds);
}

const anyMode: fc.Arbitrary<ModeClause> = fc.oneof(
  fc.record({
    kind: kind('mode'),
    mode: kind('exact'),
    lengths: fc.constant([]),
    whenUsed: fc.constant(false),
    span,
  }),
  fc.record({
    kind: kind('mode'),
    mode: kind('aggregate'),
    lengths: fc.array(anyLength, { maxLength: 2 }),
    whenUsed: fc.boolean(),
    span,
  }),
);

const anyRange = fc.record({
  kind: kind('range'),
  name: anyName,
  addressKind: anyAddressKind,
  prefixes: listOf(anyPrefix),
  for: listOf(anyPath, 0),
  except: listOf(anyPrefix, 0),
  mode: maybe(anyMode),
  settings: listOf(anyAttribute, 0),
  span,
});

const anyTest = fc.record({
  kind: kind('test'),
  name: anyString,
  clusters: fc.array(anyString, { maxLength: 2 }),
  expectations: listOf(anyExpectation, 0),
  span,
});

/** Any statement of the language. */
export const anyStatement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ kind: kind('include'), pattern: anyString, span }),
  fc.record({ kind: kind('let'), name: anyName, values: listOf(anyValue), span }),
  fc.record({ kind: kind('speaker'), settings: listOf(anySpeakerSetting, 0), span }),
  anyRange,
  fc.record({ kind: kind('exclude-nodes'), where: anyCondition, span }),
  fc.record({ kind: kind('exclude-services'), paths: listOf(anyPath), where: maybe(anyCondition), span }),
  fc.record({ kind: kind('exclude-services'), paths: fc.constant([]), where: anyCondition, span }),
  fc.record({ kind: kind('exclude-prefixes'), prefixes: listOf(anyPrefix), span }),
  fc.record({
    kind: kind('service'),
    path: anyPath,
    where: maybe(anyCondition),
    settings: listOf(anyServiceSetting, 0),
    span,
  }),
  fc.record({
    kind: kind('service'),
    path: fc.constant(undefined),
    where: anyCondition,
    settings: listOf(anyServiceSetting, 0),
    span,
  }),
  fc.record({ kind: kind('filter'), name: anyName, rules: listOf(anyRule, 0), span }),
  fc.record({ kind: kind('template'), name: anyName, settings: listOf(anyPeerSetting, 0), span }),
  fc.record({ kind: kind('peer'), name: anyName, template: maybe(anyRef), settings: listOf(anyPeerSetting, 0), span }),
  fc.record({ kind: kind('guard'), settings: listOf(anyGuardSetting, 0), span }),
  fc.record({ kind: kind('use'), span }),
  anyTest,
);

/** Any policy file as a tree. */
export const anyPolicyFile: fc.Arbitrary<PolicyFile> = fc.record({
  kind: kind('file'),
  statements: fc.array(anyStatement, { maxLength: 6 }),
  span,
});

/** Text, the tree it stands for, and its comments in order. */
export interface MessyPolicy {
  readonly text: string;
  readonly file: PolicyFile;
  readonly comments: readonly string[];
}

const lineEnd = fc.constantFrom('\n', '\n', '\n\n', '\n\n\n', '\r\n', '\r\n\t\r\n', '\r');
const blanks = fc.constantFrom('', ' ', '  ', '\t', '      ');
const anyComment = fc.oneof(
  fc.constantFrom('#', '# why', '#no space', '# { } ( ) , "', '##### #####', '# 日本語', `# ${'long '.repeat(30)}`),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `# ${text.replace(/[\r\n]/g, '')}`),
);

/** Between two tokens: white space of any kind, with a comment now and then. */
const anyGap: fc.Arbitrary<{ readonly text: string; readonly comment?: string }> = fc.oneof(
  { weight: 16, arbitrary: fc.constant({ text: ' ' }) },
  { weight: 4, arbitrary: fc.tuple(blanks, lineEnd, blanks).map((parts) => ({ text: parts.join('') })) },
  {
    weight: 2,
    arbitrary: fc.tuple(blanks, anyComment, lineEnd, blanks).map(([before, comment, end, after]) => ({
      text: `${before}${comment}${end}${after}`,
      comment,
    })),
  },
);

/** Text as no formatter would write it. */
export const anyMessyPolicy: fc.Arbitrary<MessyPolicy> = fc
  .tuple(anyPolicyFile, fc.boolean(), fc.infiniteStream(fc.array(anyGap, { minLength: 1, maxLength: 3, size: 'max' })))
  .map(([file, trailingCommas, gaps]) => mess(file, spellPolicy(file, { trailingCommas }), gaps));

function mess(
  file: PolicyFile,
  tokens: readonly string[],
  gaps: Iterator<readonly { readonly text: string; readonly comment?: string }[]>,
): MessyPolicy {
  let text = '';
  const comments: string[] = [];
  for (const token of [...tokens, '']) {
    const parts: readonly { readonly text: string; readonly comment?: string }[] = gaps.next().value ?? [];
    for (const part of parts) {
      text += part.text;
      if (part.comment !== undefined) comments.push(part.comment.replace(/[ \t\f\v]+$/, ''));
    }
    // A literal must not run into the token before it.
    text += /[\s]$/.test(text) || text === '' ? token : ` ${token}`;
  }
  return { text, file, comments };
}
