// Test helper: the fenced code blocks of a Markdown page, found by their language and the words behind it.

/** One fenced block. */
export interface CodeBlock {
  /** The words behind the opening fence: `bell bad` gives `['bell', 'bad']`. */
  readonly words: readonly string[];
  /** The text between the fences, with its last line end. */
  readonly text: string;
  /** 1-based line of the opening fence. */
  readonly line: number;
  /** Offset of the text in the page. */
  readonly start: number;
}

/** Every fenced block of the page, in order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(({ 0: whole, 1: info = '', 2: text = '', index }) => ({
    words: info.trim().split(/\s+/),
    text,
    line: page.slice(0, index).split('\n').length,
    start: index + whole.indexOf('\n') + 1,
  }));
}

/** The page with the text of these blocks replaced. */
export function replaceBlocks(page: string, texts: ReadonlyMap<CodeBlock, string>): string {
  const parts: string[] = [];
  let end = 0;
  for (const [block, text] of [...texts].sort(([a], [b]) => a.start - b.start)) {
    parts.push(page.slice(end, block.start), text);
    end = block.start + block.text.length;
  }
  return [...parts, page.slice(end)].join('');
}

/** One part of a page: a heading of the given level, and everything up to the next of that level or a higher one. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

/** The sections under headings of one level. */
export function sections(page: string, level: number): readonly Section[] {
  const heading = new RegExp(`^#{${level}} (.+)\\n([\\s\\S]*?)(?=^#{1,${level}} |(?![\\s\\S]))`, 'gm');
  return [...withoutBlocks(page).matchAll(heading)].map(({ 1: title = '', 2: text = '', index }) => {
    const start = index + level + 2 + title.length;
    return { title, text: page.slice(start, start + text.length) };
  });
}

/** A comment in a block looks like a heading; its text is blanked, so that offsets stay. */
function withoutBlocks(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ' '));
}
