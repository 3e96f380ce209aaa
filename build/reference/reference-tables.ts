// The tables of docs/language.md that the code knows already: settings with defaults, terms of conditions, reserved words.
// A table stands in the page between `<!-- table: NAME -->` and `<!-- end of table -->`.

import { firstWords } from '../../src/dsl/grammar/first-words.ts';
import { RESERVED_WORDS } from '../../src/dsl/tokens.ts';
import { type FieldType, fieldInfo, type Subject, termsFor } from '../../src/dsl/vocabulary.ts';
import { documentedWords, wordDoc } from '../../src/dsl/word-docs.ts';
import { notYetSupported } from './not-yet-supported.ts';

/** The page with every table as it is now. */
export function fillTables(page: string): string {
  return page.replace(
    /(?<=^<!-- table: (.+) -->\n)[\s\S]*?(?=^<!-- end of table -->$)/gm,
    (_, name: string) => `\n${tableOf(name)}\n\n`,
  );
}

function tableOf(name: string): string {
  const [what = '', of = ''] = name.split(' of ');
  if (what === 'settings') return settingsTable(of);
  if (name === 'terms of a node') return termsTable('node');
  if (name === 'terms of a service') return termsTable('service');
  if (name === 'terms of a route') return termsTable('route');
  if (name === 'reserved words') return inLines([...RESERVED_WORDS].sort().map((word) => `\`${word}\``));
  if (name === 'not yet supported')
    return notYetSupported()
      .map((text) => `- ${text}`)
      .join('\n');
  throw new Error(`there is no table \`${name}\``);
}

/** Settings that a block cannot do without. */
const REQUIRED: readonly string[] = ['speakerSetting as', 'peerSetting address', 'peerSetting as'];

function settingsTable(rule: string): string {
  const words = documentedWords(rule);
  if (words.length === 0 || words.join() !== firstWords(rule).join()) throw new Error(`no settings of \`${rule}\``);
  const rows = words.map((word) => {
    const { syntax = '', default: otherwise = '', doc = '' } = wordDoc(rule, word) ?? {};
    return [code(syntax), REQUIRED.includes(`${rule} ${word}`) ? 'required' : otherwise, doc] as const;
  });
  if (rows.some(([, otherwise]) => otherwise !== '')) return table(['setting', 'default', 'meaning'], rows);
  return table(
    [rule === 'action' ? 'action' : 'setting', 'meaning'],
    rows.map(([syntax, , doc]) => [syntax, doc]),
  );
}

function termsTable(subject: Subject): string {
  const rows = termsFor(subject).map((term) => {
    const other = OTHER_TERMS[term];
    if (other !== undefined) return [code(term), ...other];
    const { type, presence, example, doc } = fieldInfo(fieldName(term));
    const shown = subject === 'service' && term === 'name' ? 'name matches "api-*"' : example;
    return [code(KEYED.includes(term) ? `${term} "key"` : term), typeInWords(type, presence), code(shown), doc];
  });
  return table(['term', 'compared with', 'example', 'meaning'], rows);
}

const KEYED = ['label', 'annotation', 'taint'];

/** Terms with a syntax of their own. */
const OTHER_TERMS: Readonly<Record<string, readonly [string, string, string]>> = {
  prefix: ['prefixes: `in`, `not in`, `==`, `!=`', code('prefix in 198.51.100.0/24'), 'prefix of the route'],
  service: ['a service path', code('service shop/*'), 'whose exact route it is; an aggregate has none'],
  community: ['a community', code('community 64512:100'), 'whether the route carries it'],
  'as-path': ['`starts`, and AS numbers', code('as-path starts 64500'), 'how its AS path starts'],
};

type FieldName = Parameters<typeof fieldInfo>[0];

function fieldName(term: string): FieldName {
  const known: readonly FieldName[] = [
    ...(['aggregate', 'annotation', 'class', 'cordoned', 'exact', 'family', 'interface'] as const),
    ...(['internal-traffic-policy', 'kind', 'label', 'length', 'local-pref', 'med', 'name', 'namespace'] as const),
    ...(['peer-type', 'range', 'source', 'taint', 'traffic-policy', 'type', 'zone'] as const),
  ];
  const found = known.find((name) => name === term);
  if (found === undefined) throw new Error(`nothing is known of the term \`${term}\``);
  return found;
}

function typeInWords(type: FieldType, presence: boolean): string {
  switch (type.kind) {
    case 'text':
      return presence ? 'strings; alone it asks whether it is there' : 'strings';
    case 'number':
      return 'numbers, order included';
    case 'flag':
      return 'nothing: it stands alone';
    case 'words':
      return type.words.map(code).join(', ');
    case 'range':
      return 'names of ranges';
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function inLines(words: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line.length + word.length > 118) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
