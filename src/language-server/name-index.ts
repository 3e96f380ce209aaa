// Every name of a policy with all the places it stands at.

import { type Analysis, type NameSpace, nameUses, type Span, spaceOf } from '../dsl/editor.ts';
import { touches } from './positions.ts';

/** A name at one place. */
export interface Occurrence {
  readonly space: NameSpace;
  readonly name: string;
  readonly span: Span;
  readonly role: 'declaration' | 'use';
  /** Written as a string. */
  readonly quoted: boolean;
}

/** Finds names by place and by name. */
export interface NameIndex {
  /** The name under the cursor. */
  at(path: string, offset: number): Occurrence | undefined;
  /** Every place of a name, declarations first. */
  of(name: { readonly space: NameSpace; readonly name: string }): readonly Occurrence[];
  /** All names of one file. */
  inFile(path: string): readonly Occurrence[];
}

/** Collects the names of a policy. */
export function buildNameIndex({ model }: Analysis): NameIndex {
  const byFile = new Map<string, Occurrence[]>();
  const byName = new Map<string, Occurrence[]>();
  const add = (occurrence: Occurrence): void => {
    push(byFile, occurrence.span.source.path, occurrence);
    push(byName, `${occurrence.space} ${occurrence.name}`, occurrence);
  };
  for (const declaration of model.scope.declarations) {
    const { text, span } = declaration.name;
    if (text !== '') add({ space: spaceOf(declaration), name: text, span, role: 'declaration', quoted: false });
  }
  for (const statement of model.statements) {
    for (const { space, text, span, quoted } of nameUses(statement)) {
      add({ space, name: text, span, role: 'use', quoted });
    }
  }
  return {
    at: (path, offset) => byFile.get(path)?.find(({ span }) => touches(span, offset)),
    of: ({ space, name }) => byName.get(`${space} ${name}`) ?? [],
    inFile: (path) => byFile.get(path) ?? [],
  };
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
