// Text from the cluster, which any tenant may have written, as people may read it on a terminal or in a log.

/** Longer texts are cut: a message is about a value, it does not carry it. */
const LONGEST = 100;

/** Control and direction characters as `\u{1b}`, so that no text moves the cursor, ends a line or hides what follows. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same between backticks, cut where it is long. */
export function quoteForeign(text: string): string {
  const characters = [...text];
  const shown = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : text;
  return `\`${printable(shown)}\``;
}
