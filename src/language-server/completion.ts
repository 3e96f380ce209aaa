// Completion: what the grammar allows at the cursor, as items. Names come from the policy, label keys and values from
// the clusters of its tests and from the policy itself.

import { type CompletionItem, CompletionItemKind, MarkupKind } from 'vscode-languageserver';
import { lexAround, type NextToken } from '../dsl/editor.ts';
import type { Fixtures } from './fixtures.ts';
import type { FileView } from './policy-view.ts';
import { rangeOf } from './positions.ts';
import { contextAt, type SyntaxContext } from './syntax-context.ts';
import { suggestValues } from './value-suggestions.ts';
import { fitsSubject, helpFor, helpWithin, keywordOf, renderText } from './word-help.ts';

/** One thing to offer. `text` is what is written; it is compared with what stands there already. */
export interface Suggestion {
  readonly text: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly documentation?: string;
  /** Items of a lower rank come first. */
  readonly rank: number;
}

/** The items at an offset. */
export function completionsAt(file: FileView, offset: number, fixtures: Fixtures): CompletionItem[] {
  const context = contextAt(offset, file.source, lexAround(file.source, offset));
  if (context === undefined) return [];
  const isInString = file.source.text[context.partial.start] === '"' && context.partial.end > context.partial.start;
  const suggestions = context.expected.flatMap((next) => suggest(next, context, file, fixtures, isInString));
  const unique = new Map(suggestions.map((suggestion) => [suggestion.text, explain(suggestion, context)]));
  const range = rangeOf(context.partial, file.source);
  return [...unique.values()]
    .filter(({ text }) => !isInString || text.startsWith('"'))
    .map(({ text, kind, detail, documentation, rank }) => ({
      label: text,
      kind,
      sortText: `${rank} ${text}`,
      filterText: text,
      textEdit: { range, newText: text },
      ...(detail !== undefined && { detail }),
      ...(documentation !== undefined && { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    }));
}

/** Says what a word of a setting means where nothing else is known about it. */
function explain(suggestion: Suggestion, context: SyntaxContext): Suggestion {
  const help = suggestion.documentation === undefined ? helpWithin(context, suggestion.text) : undefined;
  return help === undefined ? suggestion : { detail: help.syntax, ...suggestion, documentation: help.doc };
}

function suggest(
  next: NextToken,
  context: SyntaxContext,
  file: FileView,
  fixtures: Fixtures,
  isInString: boolean,
): readonly Suggestion[] {
  const word = keywordOf(next);
  if (word === undefined) return suggestValues(next, context, file, fixtures, isInString);
  // Words of operands depend on the field, which `suggestValues` knows.
  if (next.rules.includes('operand') || !fitsSubject(word, next, context.subject)) return [];
  const help = helpFor(word, next.rules);
  const startsItem = /^(statement|filterRule|testItem|\w+Setting)$/.test(next.rules[0] ?? '') && help !== undefined;
  return [
    {
      text: word,
      kind: startsItem ? CompletionItemKind.Property : CompletionItemKind.Keyword,
      rank: startsItem && context.firstOnLine ? 0 : 2,
      ...(help !== undefined && { detail: help.syntax, documentation: renderText(help) }),
    },
  ];
}
