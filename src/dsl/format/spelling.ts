// The canonical spelling of tokens. Each rewrite changes how a value is written and never which value it is; the
// comparison of trees after formatting would refuse the file otherwise.

import type { IToken } from 'chevrotain';
import { literalOf } from '../lexer.ts';
import {
  Duration,
  ExtendedCommunity,
  Integer,
  keyword,
  LargeCommunity,
  Length,
  Percent,
  StandardCommunity,
} from '../tokens.ts';

interface TokenPiece {
  readonly token: IToken | undefined;
}

/** The text a token is printed with; its neighbours decide between `endpoint` and `endpoints`. */
export function spellToken(pieces: readonly TokenPiece[], index: number): string {
  const token = pieces[index]?.token;
  if (token === undefined) return '';
  return spellCounted(pieces, index) ?? spellLiteral(token);
}

/** Addresses and prefixes in canonical text, numbers without leading zeros; AS numbers and strings stay as written. */
function spellLiteral(token: IToken): string {
  const literal = literalOf(token);
  if (literal?.kind === 'prefix' || literal?.kind === 'address') return literal.value?.text ?? token.image;
  return hasPlainNumbers(token) ? token.image.replace(/(?<![0-9])0+(?=\d)/g, '') : token.image;
}

function hasPlainNumbers({ tokenType }: IToken): boolean {
  return (
    [Integer, Duration, Percent, Length].includes(tokenType) ||
    [StandardCommunity, LargeCommunity, ExtendedCommunity].includes(tokenType)
  );
}

/** `require 1 endpoint`, `require 2 endpoints`, `limit 1 node`, `limit 3 nodes`. */
function spellCounted(pieces: readonly TokenPiece[], index: number): string | undefined {
  const [setting, count, noun] = [pieces[index - 2]?.token, pieces[index - 1]?.token, pieces[index]?.token];
  if (count?.tokenType !== Integer || noun === undefined) return undefined;
  const plural = Number(count.image) === 1 ? '' : 's';
  if (setting?.tokenType === keyword('require') && /^endpoints?$/.test(noun.image)) return `endpoint${plural}`;
  if (setting?.tokenType === keyword('limit') && /^nodes?$/.test(noun.image)) return `node${plural}`;
  return undefined;
}
