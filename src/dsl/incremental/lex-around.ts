// The tokens around a place, for editors that ask behind every key: only the section of the text that it is in is read.

import { type LexedFile, lex } from '../lexer.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import { cutSections } from './sections.ts';

/** The tokens of the section that an offset is in, or right behind; of the whole text where it cannot be cut. */
export function lexAround(source: SourceFile, offset: number): LexedFile {
  const sections = cutSections(source.text) ?? [];
  const { start, text } = sections.findLast((section) => section.start < offset) ?? { start: 0, text: source.text };
  const lexed = lex(createSourceFile(source.path, text), () => undefined);
  for (const token of [...lexed.tokens, ...lexed.comments]) token.startOffset += start;
  return lexed;
}
