// Hover: a name shows what it stands for, a word of the language what it means.

import { tokenMatcher } from 'chevrotain';
import { type Hover, MarkupKind } from 'vscode-languageserver';
import { lex, resolveName, type Span, type Statement, spanText } from '../dsl/editor.ts';
import { describe, oneLine } from './describe.ts';
import type { FileView } from './policy-view.ts';
import { type Offsets, rangeOf, touches } from './positions.ts';
import { contextAt } from './syntax-context.ts';
import { helpFor, helpWithin, renderHelp } from './word-help.ts';

/** What to show at an offset. */
export function hoverAt(file: FileView, offset: number): Hover | undefined {
  return hoverOfName(file, offset) ?? hoverOfWord(file, offset);
}

function hoverOfName(file: FileView, offset: number): Hover | undefined {
  const { analysis, names } = file.policy;
  const found = names.at(file.path, offset);
  const declaration = found && resolveName(found.space, found.name, analysis.model.scope);
  return declaration && toHover(describe(declaration, analysis), found.span, file);
}

function hoverOfWord(file: FileView, offset: number): Hover | undefined {
  const lexed = lex(file.source, () => undefined);
  const token = lexed.tokens.find(({ startOffset, image }) =>
    touches({ start: startOffset, end: startOffset + image.length }, offset),
  );
  if (token === undefined) return undefined;
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  // Asked for the place right behind the first letter, the context takes the word for the one being written.
  const context = contextAt(token.startOffset + 1, file.source, lexed);
  if (context === undefined) return undefined;
  const next = context.expected.find(({ type }) => tokenMatcher(token, type));
  const help = next && (helpFor(token.image, next.rules) ?? helpWithin(context, token.image));
  if (help === undefined) return undefined;
  const more = describeStatement(file, span) ?? describeRule(file, span);
  return toHover([renderHelp(help), ...(more === undefined ? [] : [more])].join('\n\n---\n\n'), span, file);
}

/** On the first word of a statement that declares something, what it declares. */
function describeStatement({ tree, policy }: FileView, { start }: Offsets): string | undefined {
  const statement = tree.statements.find(({ span }) => span.start === start);
  return statement && isDeclaration(statement) ? describe(statement, policy.analysis) : undefined;
}

type Declared = Extract<Statement, { kind: 'let' | 'range' | 'filter' | 'template' | 'peer' }>;

function isDeclaration(statement: Statement): statement is Declared {
  return 'name' in statement && statement.kind !== 'test';
}

/** On the first word of a rule, which routes it takes and what it does with them. */
function describeRule({ tree }: FileView, { start }: Offsets): string | undefined {
  for (const statement of tree.statements) {
    if (statement.kind !== 'filter') continue;
    const index = statement.rules.findIndex(({ span }) => span.start === start);
    const rule = statement.rules[index];
    if (rule === undefined) continue;
    const { condition, actions, verdict } = rule;
    const routes = condition === undefined ? 'every route that comes to it' : `routes with ${quote(condition)}`;
    const changes = actions.length === 0 ? '' : `, with ${actions.map(quote).join(', ')}`;
    const what = `${VERDICTS[verdict]} ${routes}${changes}.`;
    return `${what} Rule ${index + 1} of ${statement.rules.length} in filter \`${statement.name.text}\`.`;
  }
  return undefined;
}

const VERDICTS = { accept: 'Accepts', reject: 'Rejects', update: 'Changes' } as const;

function quote({ span }: { readonly span: Span }): string {
  return `\`${oneLine(spanText(span))}\``;
}

function toHover(value: string, span: Offsets, file: FileView): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(span, file.source) };
}
