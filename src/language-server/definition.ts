// Go to definition: from a name to its declaration, from `include` and `cluster` to the files.

import type { Location } from 'vscode-languageserver';
import { directoryOf, joinPath, resolveName, type Span } from '../dsl/editor.ts';
import { expressionOf } from './patterns.ts';
import type { FileView } from './policy-view.ts';
import { rangeOf, touches } from './positions.ts';

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Where the thing under the cursor is declared. */
export function definitionsAt(file: FileView, offset: number, uriOf: (path: string) => string): Location[] {
  const { analysis, names } = file.policy;
  const found = names.at(file.path, offset);
  if (found !== undefined) {
    const declaration = resolveName(found.space, found.name, analysis.model.scope);
    return declaration === undefined ? [] : [locationOf(declaration.name.span, uriOf)];
  }
  return filesAt(file, offset).map((path) => ({ uri: uriOf(path), range: START }));
}

/** The location of a span. */
export function locationOf(span: Span, uriOf: (path: string) => string): Location {
  return { uri: uriOf(span.source.path), range: rangeOf(span, span.source) };
}

/** The files that the string under the cursor names. */
function filesAt({ path, tree, policy }: FileView, offset: number): readonly string[] {
  for (const statement of tree.statements) {
    if (statement.kind === 'include' && touches(statement.pattern.span, offset)) {
      return includedFiles(joinPath(directoryOf(path), statement.pattern.value), policy.analysis.sources);
    }
    if (statement.kind !== 'test') continue;
    const cluster = statement.clusters.find(({ span }) => touches(span, offset));
    if (cluster !== undefined) return [joinPath(directoryOf(path), cluster.value)];
  }
  return [];
}

function includedFiles(pattern: string, sources: readonly { readonly path: string }[]): readonly string[] {
  const expression = expressionOf(pattern);
  return sources.map(({ path }) => path).filter((path) => expression.test(path));
}
