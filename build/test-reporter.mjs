// The reporter of unit tests: one line per file that passes, and Node's own report of every file in which something
// fails, followed by Node's totals.
import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import { root } from './steps.mjs';

export default async function* report(events) {
  const files = new Map();
  const rest = [];
  for await (const event of events) {
    const { type, data } = event;
    // Written while tests run; what a test prints has no place in a report, but whoever debugs wants it now.
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    else if (data?.file === undefined) rest.push(event);
    else {
      const file = fileOf(files, data.file);
      file.events.push(event);
      if (type === 'test:pass' && data.details?.type !== 'suite' && data.skip === undefined) file.passed += 1;
      if (type === 'test:fail') file.failed += 1;
      if (type === 'test:summary' && file.failed === 0) yield `✔ ${file.name}: ${file.passed} tests\n`;
    }
  }
  const failing = [...files.values()].filter(({ failed }) => failed > 0);
  for (const { name } of failing) yield `✖ ${name}\n`;
  yield* Readable.from([...failing.flatMap((file) => file.events), ...rest]).pipe(new spec());
}

function fileOf(files, path) {
  const file = files.get(path) ?? { name: relative(root, path), passed: 0, failed: 0, events: [] };
  files.set(path, file);
  return file;
}
