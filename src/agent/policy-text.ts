// The text of a policy as it was written to a file.

import { isRecord } from '../unknown.ts';
import { isStringList } from './json.ts';
import type { PolicyText } from './last-good.ts';

/** Reads the text of a policy out of JSON. */
export function decodePolicyText(value: unknown): PolicyText | undefined {
  if (!isRecord(value) || !isRecord(value.files) || !isStringList(value.entries)) return undefined;
  const files: [string, string][] = [];
  for (const [path, text] of Object.entries(value.files)) {
    if (typeof text !== 'string') return undefined;
    files.push([path, text]);
  }
  return { entries: value.entries, files: Object.fromEntries(files) };
}
