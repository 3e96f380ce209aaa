// Links between the pages of the project lead somewhere: the file is there, and so is the heading.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const pages = ['.', 'docs', 'examples', 'src']
  .flatMap((folder) => listPages(folder, folder === 'examples' || folder === 'src'))
  .sort();

/** Written by `npm run bench`, so it need not be there. */
const GENERATED = ['docs/benchmarks.md'];

test('the pages were found', () => {
  for (const page of ['README.md', 'docs/language.md', 'examples/quick-start/README.md', 'src/dsl/README.md']) {
    assert.ok(pages.includes(page), page);
  }
});

for (const page of pages) {
  test(`${page}: every link leads somewhere`, () => {
    const links = [...withoutCode(read(page)).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)];
    const broken = links.flatMap(([, link = '']) => (leadsSomewhere(page, link) ? [] : [link]));
    assert.deepEqual(broken, []);
  });
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? page : relative(root, join(root, dirname(page), file));
  if (GENERATED.includes(target)) return true;
  if (!existsSync(join(root, target))) return false;
  return heading === undefined || anchorsOf(read(target)).has(heading);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replace(/ /g, '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/(?<!\[)`[^`\n]*`(?!\])/g, '');
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function listPages(folder: string, recursive: boolean): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}
