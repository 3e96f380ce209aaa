// What a word of the grammar means where it stands.

import {
  fieldInfo,
  innerWordDoc,
  type NextToken,
  type Subject,
  termsFor,
  type WordDoc,
  wordDoc,
} from '../dsl/editor.ts';
import type { SyntaxContext } from './syntax-context.ts';

type FieldName = Parameters<typeof fieldInfo>[0];

/** The keyword that a next token stands for. */
export function keywordOf({ type }: NextToken): string | undefined {
  return /^'(.+)'$/.exec(type.name)?.[1];
}

/** The documentation of a word, given the grammar rules around it. */
export function helpFor(word: string, rules: readonly string[]): WordDoc | undefined {
  if (rules.at(-1) === 'plainField' || rules.at(-1) === 'keyedField') return fieldHelp(word);
  if (rules.at(-1) === 'term' || rules.at(-1) === 'prefixTest') return TERMS[word];
  for (const rule of [...rules].reverse()) {
    const doc = wordDoc(rule, word);
    if (doc !== undefined) return doc;
  }
  return undefined;
}

/** The documentation of a word that belongs to an earlier one of its statement. */
export function helpWithin({ before }: Pick<SyntaxContext, 'before'>, word: string): WordDoc | undefined {
  return innerWordDoc(
    before.map(({ image }) => image),
    word,
  );
}

/** Whether a word that starts a term of a condition can be asked about the subject. */
export function fitsSubject(word: string, { rules }: NextToken, subject: Subject): boolean {
  const [last] = rules.slice(-1);
  const isTerm = last === 'plainField' || last === 'keyedField' || last === 'prefixTest' || last === 'term';
  if (!isTerm || !(word in TERMS || isField(word))) return true;
  return termsFor(subject).includes(word);
}

const TERMS: Readonly<Record<string, WordDoc>> = {
  prefix: {
    syntax: 'prefix in P | prefix == P',
    doc: 'Whether the route is for P, or with `in` inside it; P is a prefix, the name of a `let`, or a list in parentheses.',
  },
  service: {
    syntax: 'service PATH',
    doc: 'Whether the route is for an address of such a service. An aggregate has none.',
  },
  community: { syntax: 'community V', doc: 'Whether the route has the community.' },
  'as-path': { syntax: 'as-path starts AS | (AS, …)', doc: 'Whether the AS path starts with these AS numbers.' },
};

function fieldHelp(word: string): WordDoc | undefined {
  if (!isField(word)) return undefined;
  const { doc, example, type } = fieldInfo(word);
  const values = type.kind === 'words' ? ` One of ${type.words.map((text) => `\`${text}\``).join(', ')}.` : '';
  return { syntax: example, doc: `${doc.charAt(0).toUpperCase()}${doc.slice(1)}.${values}` };
}

/** True for a word that is a field of conditions. */
export function isField(word: string): word is FieldName {
  return FIELD_NAMES.has(word);
}

const FIELD_NAMES: ReadonlySet<string> = new Set(
  (['node', 'service', 'route'] as const).flatMap(termsFor).filter((word) => !(word in TERMS)),
);

/** A documentation entry as Markdown. */
export function renderHelp(help: WordDoc): string {
  return ['```bellbird', help.syntax, '```', '', renderText(help)].join('\n');
}

/** The same without its syntax, for where that is shown beside it. */
export function renderText({ default: byDefault, doc }: WordDoc): string {
  return byDefault === undefined ? doc : `${doc}\n\nDefault: ${byDefault}.`;
}
