// `check --fix`: repairs a policy on disk. Several rounds, since a repair can bring to light what stood behind it; every
// round starts from what is on disk, so what is written is what was checked.

import { readFileSync } from 'node:fs';
import { reasonOf } from '../agent/directories.ts';
import { checkPolicyFiles } from '../agent/load-policy.ts';
import { count } from '../agent/table.ts';
import { type Checked, type Edit, type Fix, positionAt, type SourceFile } from '../dsl/index.ts';
import { applyEdits, chooseFixes } from './apply-fixes.ts';
import { CliError } from './exit-code.ts';
import { replaceFile } from './replace-file.ts';

/** No policy needs more; a repair that comes back for ever would. */
const MAX_ROUNDS = 10;

const BYTE_ORDER_MARK = '\uFEFF';

/** What became of a policy. */
export interface FixedPolicy {
  /** One line for each repair: `edge.bell:3:7: replace … with …`. */
  readonly repairs: readonly string[];
  /** The policy as it is on disk now. */
  readonly checked: Checked;
}

/** Applies every certain repair and checks again. Throws a `CliError` where a file cannot be written. */
export function fixPolicy(entries: readonly string[]): FixedPolicy {
  const repairs: string[] = [];
  let checked = checkPolicyFiles(entries);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fixes = chooseFixes(checked.diagnostics);
    if (fixes.length === 0) break;
    for (const fix of fixes) repairs.push(describe(fix, checked.sources));
    for (const source of checked.sources) {
      const edits = fixes.flatMap((fix) => fix.edits.filter(({ path }) => path === source.path));
      if (edits.length > 0) rewrite(source, edits);
    }
    checked = checkPolicyFiles(entries);
  }
  return { repairs, checked };
}

function rewrite(source: SourceFile, edits: readonly Edit[]): void {
  try {
    const mark = readFileSync(source.path, 'utf8').startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    replaceFile(source.path, mark + applyEdits(source.text, edits));
  } catch (error) {
    throw new CliError(`\`${source.path}\` cannot be written: ${reasonOf(error)}`);
  }
}

function describe({ title, edits }: Fix, sources: readonly SourceFile[]): string {
  const [edit] = edits;
  const source = sources.find(({ path }) => path === edit?.path);
  if (edit === undefined || source === undefined) return title;
  const { line, column } = positionAt(source, edit.span.start);
  const others = edits.length === 1 ? '' : ` (and ${count(edits.length - 1, 'more place')})`;
  return `${source.path}:${line}:${column}: ${title}${others}`;
}
