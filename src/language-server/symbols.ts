// Symbols: the statements of a file with what can be looked for inside them, and the names of all open policies.

import { type DocumentSymbol, type SymbolInformation, SymbolKind } from 'vscode-languageserver';
import { type Declaration, type Span, type Statement, spanText } from '../dsl/editor.ts';
import { locationOf } from './definition.ts';
import { describeInOneLine } from './describe.ts';
import { escapeRegExp } from './patterns.ts';
import type { FileView, PolicyView } from './policy-view.ts';
import { rangeOf } from './positions.ts';

/** The outline of a file. */
export function symbolsOf({ tree }: FileView): DocumentSymbol[] {
  return tree.statements.map((statement) => {
    const { name, detail, kind, selection = statement.span } = headOf(statement);
    const children = childrenOf(statement);
    return {
      ...symbol(name === '' ? statement.kind : name, kind, statement.span, selection),
      ...(detail !== undefined && { detail }),
      ...(children.length > 0 && { children }),
    };
  });
}

/** Names declared in policies that contain the letters of the query in their order. */
export function findSymbols(
  policies: readonly PolicyView[],
  query: string,
  uriOf: (path: string) => string,
): SymbolInformation[] {
  const letters = new RegExp([...query].map(escapeRegExp).join('.*'), 'i');
  const declarations = new Set(policies.flatMap(({ analysis }) => analysis.model.scope.declarations));
  return [...declarations]
    .filter(({ name }) => name.text !== '' && letters.test(name.text))
    .map(({ kind, name }) => ({
      name: name.text,
      kind: DECLARED[kind],
      containerName: kind,
      location: locationOf(name.span, uriOf),
    }));
}

const DECLARED = {
  let: SymbolKind.Constant,
  range: SymbolKind.Struct,
  filter: SymbolKind.Function,
  template: SymbolKind.Class,
  peer: SymbolKind.Interface,
} as const;

interface Head {
  readonly name: string;
  readonly detail?: string;
  readonly kind: SymbolKind;
  readonly selection?: Span;
}

function headOf(statement: Statement): Head {
  switch (statement.kind) {
    case 'let':
    case 'range':
    case 'filter':
    case 'template':
    case 'peer':
      return declared(statement);
    case 'test':
      return { name: statement.name.value, detail: 'test', kind: SymbolKind.Method, selection: statement.name.span };
    case 'include':
      return { name: `include ${spanText(statement.pattern.span)}`, kind: SymbolKind.File };
    case 'service':
      return { name: `service ${statement.path?.value ?? 'where …'}`, kind: SymbolKind.Object };
    case 'speaker':
    case 'guard':
      return { name: statement.kind, kind: SymbolKind.Module };
    case 'use':
      return { name: 'use calico', kind: SymbolKind.Module };
    case 'exclude-nodes':
    case 'exclude-services':
    case 'exclude-prefixes':
      return { name: statement.kind.replace('-', ' '), detail: gist(statement.span), kind: SymbolKind.Event };
  }
}

function declared(statement: Declaration): Head {
  const { text, span } = statement.name;
  return { name: text, detail: describeInOneLine(statement), kind: DECLARED[statement.kind], selection: span };
}

function childrenOf(statement: Statement): DocumentSymbol[] {
  switch (statement.kind) {
    case 'filter':
      return statement.rules.map(({ span }) => symbol(gist(span), SymbolKind.Event, span, span));
    case 'speaker':
    case 'range':
    case 'service':
    case 'template':
    case 'peer':
    case 'guard':
      return statement.settings.map(({ setting, span, at }) => symbol(setting, SymbolKind.Property, span, at));
    case 'test':
      return statement.expectations.map(({ span }) => symbol(gist(span), SymbolKind.Event, span, span));
    default:
      return [];
  }
}

function symbol(name: string, kind: SymbolKind, span: Span, selection: Span): DocumentSymbol {
  return { name, kind, range: rangeOf(span, span.source), selectionRange: rangeOf(selection, span.source) };
}

function gist(span: Span): string {
  const text = spanText(span).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
