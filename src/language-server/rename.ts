// Rename. The new name is tried first: the policy with the edits is analysed again, and if it would not say the same
// with another name in it, nothing is changed and the reason is given.

import type { Range, TextEdit } from 'vscode-languageserver';
import { type NameSpace, namesIn, type SourceFile, tokens } from '../dsl/editor.ts';
import type { Occurrence } from './name-index.ts';
import { type FileView, fileIn, type PolicyView } from './policy-view.ts';
import { rangeOf } from './positions.ts';
import type { Workspace } from './workspace.ts';

/** Edits by path, or why there are none. */
export type Renamed =
  | { readonly kind: 'edits'; readonly edits: ReadonlyMap<string, readonly TextEdit[]> }
  | { readonly kind: 'refused'; readonly reason: string };

const WORDS = { let: 'value', range: 'range', filter: 'filter', session: 'peer or template' } as const;

/** What would be renamed at an offset; undefined where no declared name stands. */
export function renameableAt(file: FileView, offset: number): { range: Range; placeholder: string } | undefined {
  const found = occurrenceAt(file, offset);
  return found && { range: rangeOf(found.span, file.source), placeholder: found.name };
}

/** Renames the name at an offset everywhere it stands, in every policy that the file belongs to. */
export function renameAt(file: FileView, offset: number, newName: string, workspace: Workspace): Renamed {
  const found = occurrenceAt(file, offset);
  if (found === undefined) return refused('there is no name that can be renamed here');
  const reason = reasonAgainst(newName, found.space);
  if (reason !== undefined) return refused(reason);
  const policies = workspace.policiesOf(workspace.uriOf(file.path));
  const places = new Map<string, Occurrence>();
  for (const policy of policies) {
    const other = namesIn(found.space, policy.analysis.model.scope).get(newName);
    if (other !== undefined && newName !== found.name) {
      return refused(`there is a ${other.kind === 'let' ? 'value' : other.kind} \`${newName}\` already`);
    }
    for (const place of policy.names.of(found)) places.set(`${place.span.start} ${place.span.source.path}`, place);
  }
  const occurrences = [...places.values()];
  const isSame = policies.every((policy) => saysTheSame(policy, found, newName, occurrences, workspace));
  if (!isSame) return refused(`with \`${newName}\` in these places the policy would say something else`);
  return { kind: 'edits', edits: toEdits(occurrences, newName) };
}

function occurrenceAt({ path, policy }: FileView, offset: number): Occurrence | undefined {
  const found = policy.names.at(path, offset);
  return found && policy.names.of(found).some(({ role }) => role === 'declaration') ? found : undefined;
}

/** Why no name of the space may be called so. */
function reasonAgainst(name: string, space: NameSpace): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    return `\`${name}\` is no name: a ${WORDS[space]} is a letter, then letters, digits, \`_\` and \`-\``;
  }
  if (tokens.isReserved(name)) return `\`${name}\` is a reserved word`;
  if (space === 'let' && /^as\d+$/i.test(name)) return `\`${name}\` would be read as an AS number`;
  return undefined;
}

function saysTheSame(
  policy: PolicyView,
  old: Occurrence,
  newName: string,
  places: readonly Occurrence[],
  workspace: Workspace,
): boolean {
  const texts = new Map<string, string>();
  for (const [path, ofFile] of byPath(places)) {
    const source = fileIn(policy, path)?.source;
    if (source !== undefined) texts.set(path, replaced(source, ofFile, newName));
  }
  const after = workspace.tryTexts(policy, texts);
  const counted = (view: PolicyView, name: string): number => view.names.of({ space: old.space, name }).length;
  return (
    counted(after, newName) === counted(policy, old.name) + (newName === old.name ? 0 : counted(policy, newName)) &&
    codesOf(after) === codesOf(policy)
  );
}

function codesOf({ analysis }: PolicyView): string {
  return analysis.diagnostics
    .map(({ code }) => code)
    .sort()
    .join(' ');
}

function replaced({ text }: SourceFile, places: readonly Occurrence[], newName: string): string {
  let [result, end] = ['', 0];
  for (const place of places.toSorted((a, b) => a.span.start - b.span.start)) {
    result += text.slice(end, place.span.start) + spell(newName, place);
    end = place.span.end;
  }
  return result + text.slice(end);
}

/** A reference that is a string stays one. */
function spell(name: string, { quoted }: Occurrence): string {
  return quoted ? JSON.stringify(name) : name;
}

function toEdits(places: readonly Occurrence[], newName: string): ReadonlyMap<string, readonly TextEdit[]> {
  const edits = new Map<string, readonly TextEdit[]>();
  for (const [path, ofFile] of byPath(places)) {
    edits.set(
      path,
      ofFile.map((place) => ({ range: rangeOf(place.span, place.span.source), newText: spell(newName, place) })),
    );
  }
  return edits;
}

function byPath(places: readonly Occurrence[]): ReadonlyMap<string, readonly Occurrence[]> {
  return Map.groupBy(places, ({ span }) => span.source.path);
}

function refused(reason: string): Renamed {
  return { kind: 'refused', reason };
}
