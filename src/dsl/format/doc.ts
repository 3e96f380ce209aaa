// The document algebra between tree and text: what stands together, and where a line may break. A group is printed on
// one line if it fits and holds no comment that would end the line; else all of its own breaks are taken.

import type { Comment, PlacedToken } from './comments.ts';

/** A piece of layout. Its leaves are the tokens of the source, each exactly once. */
export type Doc =
  | { readonly kind: 'token'; readonly token: PlacedToken }
  | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
  /** One space; several in a row count once. */
  | { readonly kind: 'space' }
  /** A space, or a line break where its group is broken. */
  | { readonly kind: 'line' }
  | { readonly kind: 'group'; readonly body: Doc }
  /** Lines inside stand two columns further right. */
  | { readonly kind: 'indent'; readonly body: Doc }
  /** `( … )`: a group whose broken body stands on lines of its own. `comments` are those above the `)`. */
  | {
      readonly kind: 'parentheses';
      readonly open: PlacedToken;
      readonly body: Doc;
      readonly comments: readonly Comment[];
      readonly close: PlacedToken;
    }
  /** A comma that stands only where its group is broken, with the comments behind it. */
  | { readonly kind: 'trailing-comma'; readonly suffix: readonly Comment[] };

/** A space that never breaks. */
export const space: Doc = { kind: 'space' };

/** A place where a group may break. */
export const line: Doc = { kind: 'line' };

/** A leaf. */
export function toDoc(token: PlacedToken): Doc {
  return { kind: 'token', token };
}

/** Pieces without anything between them. */
export function concat(...parts: readonly Doc[]): Doc {
  return { kind: 'concat', parts };
}

/** Pieces with a separator between them. */
export function join(separator: Doc, parts: readonly Doc[]): Doc {
  return { kind: 'concat', parts: parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])) };
}

/** Pieces that break together or not at all. */
export function group(...parts: readonly Doc[]): Doc {
  return { kind: 'group', body: concat(...parts) };
}

/** Pieces further right where they break. */
export function indent(...parts: readonly Doc[]): Doc {
  return { kind: 'indent', body: concat(...parts) };
}

/** True if a comment inside the document, not merely at its ends, asks for a line break. */
export function hasInnerComment(doc: Doc): boolean {
  const leaves: PlacedToken[] = [];
  if (collectLeaves(doc, leaves)) return true;
  return leaves.some(
    ({ before, suffix }, index) => (index > 0 && before.length > 0) || (index < leaves.length - 1 && suffix.length > 0),
  );
}

/** The document on one line, without its comments. */
export function flatText(doc: Doc): string {
  let text = '';
  let spaced = false;
  const add = (piece: string) => {
    text += spaced && text !== '' ? ` ${piece}` : piece;
    spaced = false;
  };
  const visit = (part: Doc): void => {
    switch (part.kind) {
      case 'token':
        add(part.token.text);
        break;
      case 'concat':
        part.parts.forEach(visit);
        break;
      case 'space':
      case 'line':
        spaced = true;
        break;
      case 'group':
      case 'indent':
        visit(part.body);
        break;
      case 'parentheses':
        add(`${part.open.text}${flatText(part.body)}${part.close.text}`);
        break;
      case 'trailing-comma':
        break;
    }
  };
  visit(doc);
  return text;
}

/** Collects the tokens in order; true where comments stand that belong to no token. */
function collectLeaves(doc: Doc, leaves: PlacedToken[]): boolean {
  switch (doc.kind) {
    case 'token':
      leaves.push(doc.token);
      return false;
    case 'concat':
      return doc.parts.map((part) => collectLeaves(part, leaves)).includes(true);
    case 'group':
    case 'indent':
      return collectLeaves(doc.body, leaves);
    case 'parentheses': {
      leaves.push(doc.open);
      const found = collectLeaves(doc.body, leaves);
      leaves.push(doc.close);
      return found || doc.comments.length > 0;
    }
    case 'trailing-comma':
      return doc.suffix.length > 0;
    case 'space':
    case 'line':
      return false;
  }
}
