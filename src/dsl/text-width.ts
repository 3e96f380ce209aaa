// How text looks on a terminal: tabs as spaces, combining marks without width, East Asian wide characters twice as wide.

const TAB = 4;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** The text with tabs as spaces and other control characters as `?`. */
export function displayText(text: string): string {
  let [shown, column] = ['', 0];
  for (const character of text) {
    const width = characterWidth(character, column);
    shown += character === '\t' ? ' '.repeat(width) : isControl(character) ? '?' : character;
    column += width;
  }
  return shown;
}

/** Columns the text takes when it starts at `column`. */
export function displayWidth(text: string, column = 0): number {
  let width = 0;
  for (const character of text) width += characterWidth(character, column + width);
  return width;
}

function characterWidth(character: string, column: number): number {
  if (character === '\t') return TAB - (column % TAB);
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
