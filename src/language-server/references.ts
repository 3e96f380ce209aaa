// Find references, and the marks at the other places of a name in the same file.

import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver';
import { locationOf } from './definition.ts';
import type { FileView } from './policy-view.ts';
import { rangeOf } from './positions.ts';

/** Every place of the name under the cursor, in all files of the policy. */
export function referencesAt(
  file: FileView,
  offset: number,
  includeDeclaration: boolean,
  uriOf: (path: string) => string,
): Location[] {
  const { names } = file.policy;
  const found = names.at(file.path, offset);
  if (found === undefined) return [];
  return names
    .of(found)
    .filter(({ role }) => includeDeclaration || role === 'use')
    .map(({ span }) => locationOf(span, uriOf));
}

/** The places of the name under the cursor in this file. */
export function highlightsAt({ path, source, policy: { names } }: FileView, offset: number): DocumentHighlight[] {
  const found = names.at(path, offset);
  if (found === undefined) return [];
  return names
    .of(found)
    .filter(({ span }) => span.source.path === path)
    .map(({ span, role }) => ({
      range: rangeOf(span, source),
      kind: role === 'declaration' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}
