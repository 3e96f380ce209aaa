// What a measurement hands in, and its Markdown.

/** One section of the results. */
export interface Section {
  readonly title: string;
  /** What was measured, and how, in a sentence or two. */
  readonly about: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly aims: readonly Aim[];
}

/** One number that was promised. */
export interface Aim {
  readonly text: string;
  readonly met: boolean;
}

/** A section as Markdown, below a heading of level 2. */
export function renderSection({ title, about, columns, rows, aims }: Section): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [line(columns), line(columns.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)];
  const verdicts = aims.map(({ text, met }) => `- ${met ? 'met' : '**missed**'}: ${text}`);
  return [`## ${title}`, '', about, '', ...table, '', ...(verdicts.length > 0 ? [...verdicts, ''] : [])].join('\n');
}
