// A grammar in EBNF: words in double quotes, tokens in capitals, `[ … ]` at most once, `{ … }` any number of times.

import { type Piece, spellRule } from './productions.ts';

const WIDTH = 110;

/** One rule; a long one is broken at its alternatives, or between its parts. */
export function renderRule(name: string, piece: Piece): string {
  const head = `${spellRule(name)} = `;
  const line = `${head}${render(piece, 'rule')} ;`;
  if (line.length <= WIDTH) return line;
  const gap = ' '.repeat(head.length - 2);
  if (piece.kind === 'choice') {
    return `${head}${piece.options.map((option) => render(option, 'option')).join(`\n${gap}| `)} ;`;
  }
  return piece.kind === 'sequence' ? `${fill(head, piece.parts, `${gap}  `)} ;` : line;
}

function fill(head: string, parts: readonly Piece[], gap: string): string {
  const lines: string[] = [];
  let line = head.trimEnd();
  for (const part of parts) {
    const text = render(part, 'sequence');
    if (line.length + text.length > WIDTH) {
      lines.push(line);
      line = `${gap}${text}`;
    } else line += ` ${text}`;
  }
  return [...lines, line].join('\n');
}

/** How tokens are written in the grammar. */
export function spellToken(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toUpperCase();
}

function render(piece: Piece, inside: 'rule' | 'option' | 'sequence'): string {
  switch (piece.kind) {
    case 'word':
      return `"${piece.text}"`;
    case 'token':
      return spellToken(piece.name);
    case 'rule':
      return spellRule(piece.name);
    case 'sequence':
      return piece.parts.map((part) => render(part, 'sequence')).join(' ');
    case 'choice': {
      const text = piece.options.map((option) => render(option, 'option')).join(' | ');
      return inside === 'sequence' ? `( ${text} )` : text;
    }
    case 'optional':
      if (piece.piece.kind === 'list' && piece.piece.separator === undefined) {
        return `{ ${render(piece.piece.piece, 'rule')} }`;
      }
      return `[ ${render(piece.piece, 'rule')} ]`;
    case 'list':
      return renderList(piece.piece, piece.separator);
  }
}

function renderList(piece: Piece, separator: Piece | undefined): string {
  const item = render(piece, 'sequence');
  const between = separator === undefined ? '' : `${render(separator, 'sequence')} `;
  return `${item} { ${between}${item} }`;
}
