// The reporter of unit tests: one line per file, and the full report of Node's own reporter for whatever fails.
import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import { root } from './steps.mjs';

export default async function* report(events) {
  const files = new Map();
  const rest = [];
  for await (const event of events) {
    const { type, data } = event;
    const file = data?.file === undefined ? undefined : relative(root, data.file);
    if (type === 'test:pass' && data.details?.type !== 'suite') count(files, file, 'passed');
    if (type === 'test:fail' && data.details?.type !== 'suite') count(files, file, 'failed');
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    // Node closes a file with its own summary once all tests of the file are reported.
    else if (type === 'test:summary' && file !== undefined && files.has(file)) yield line(file, files.get(file));
    else if (type !== 'test:pass') rest.push(event);
  }
  yield* Readable.from(rest).pipe(new spec());
}

function count(files, file, field) {
  const counts = files.get(file) ?? { passed: 0, failed: 0 };
  counts[field] += 1;
  files.set(file, counts);
}

function line(file, { passed, failed }) {
  return `${failed === 0 ? '✔' : '✖'} ${file}: ${passed} passed${failed === 0 ? '' : `, ${failed} failed`}\n`;
}
