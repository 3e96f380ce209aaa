// A test reporter that prints nothing while tests run and ends with one JSON object: how many passed, failed and were
// skipped, each skipped one, test or suite, with its reason. The build reads it for its own summary.
import { relative } from 'node:path';
import { root } from './steps.mjs';

export default async function* summarise(events) {
  const summary = { passed: 0, failed: 0, skipped: [] };
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite that is skipped reports none of its tests; any other is only the sum of them.
    if (data.skip !== undefined && data.skip !== false) {
      const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'no reason given';
      summary.skipped.push({ file: data.file ? relative(root, data.file) : '', name: data.name, reason });
    } else if (data.details?.type === 'suite') continue;
    else if (type === 'test:pass') summary.passed += 1;
    else summary.failed += 1;
  }
  yield JSON.stringify(summary);
}
