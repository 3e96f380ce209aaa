// `npm test` and `npm run qa`: every check, fastest first. `test` goes through all of them and sums up at the end;
// `qa` stops at the first that fails.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { offerRouters } from './debian.mjs';
import { buildExecutable, executable, provideBird, reportBuild } from './executable.mjs';
import { BuildStop, filesBelow, readJson, root, say, work } from './steps.mjs';

const checks = [
  { name: 'format', run: () => succeeds('biome', ['check', '--linter-enabled=false', '--error-on-warnings']) },
  { name: 'lint', run: () => succeeds('biome', ['lint', '--error-on-warnings']) },
  { name: 'typecheck', run: () => succeeds('tsc', ['--noEmit']) },
  { name: 'unit tests', run: unitTests },
  { name: 'build', run: build },
  { name: 'end-to-end tests', needs: 'build', run: endToEndTests },
];

/** Runs every check; returns the exit code. */
export async function runChecks({ stopAtFirst }) {
  const results = [];
  for (const check of checks) {
    const blocked = results.some(({ name, failed }) => failed && (stopAtFirst || name === check.needs));
    results.push({ name: check.name, ...(blocked ? { failed: true, note: 'not run' } : await runCheck(check)) });
  }
  return summarise(results);
}

/** Unit tests alone, for `npm run test:unit` and `npm run test:update`. */
export async function runUnitTests() {
  return summarise([{ name: 'unit tests', ...(await runCheck({ name: 'unit tests', run: unitTests })) }]);
}

async function runCheck({ name, run }) {
  say(`\n── ${name}`);
  const started = Date.now();
  try {
    const result = await run();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    return { failed: false, ...result, note: `${seconds} s` };
  } catch (error) {
    if (!(error instanceof BuildStop)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { failed: true, note: 'failed' };
  }
}

/** Runs a tool with its output shown. */
function succeeds(tool, args) {
  const { status } = spawnSync(join(root, 'node_modules/.bin', tool), args, { cwd: root, stdio: 'inherit' });
  return { failed: status !== 0 };
}

async function build() {
  await buildExecutable();
  reportBuild();
}

async function unitTests() {
  await provideBird();
  const files = testFiles(['src', 'docs', 'examples', 'build', 'bench']);
  return nodeTests(files, [
    '--test-concurrency=2',
    '--test-timeout=60000',
    '--test-reporter=./build/test-reporter.mjs',
  ]);
}

function endToEndTests() {
  const files = testFiles(['e2e']);
  if (files.length === 0) return { counts: { passed: 0, failed: 0, skipped: [] } };
  const missing = offerRouters();
  if (missing.length > 0) say(`not installed, and the tests that need it are skipped: ${missing.join(', ')}`);
  // One at a time: these tests start many processes and watch how fast things happen.
  return nodeTests(files, ['--test-concurrency=1', '--test-timeout=180000', '--test-reporter=spec']);
}

function testFiles(folders) {
  return folders.flatMap((folder) => filesBelow(join(root, folder))).filter((path) => /\.test\.(ts|mjs)$/.test(path));
}

function nodeTests(files, options) {
  const summaryFile = join(work, 'test-summary.json');
  mkdirSync(work, { recursive: true });
  rmSync(summaryFile, { force: true });
  const reporters = ['--test-reporter-destination=stdout', '--test-reporter=./build/test-summary.mjs'];
  const args = ['--test', ...options, ...reporters, `--test-reporter-destination=${summaryFile}`, ...files.sort()];
  const env = { ...process.env, NO_COLOR: '1', BELLBIRD_EXECUTABLE: executable };
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  return { failed: status !== 0, counts: readJson(summaryFile) };
}

/** Prints one line per check, every skipped test with its reason, and the totals; returns the exit code. */
function summarise(results) {
  say('\n── summary');
  for (const { name, failed, note, counts } of results) {
    const tests = counts ? `, ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped` : '';
    say(`${failed ? '✖' : '✔'} ${name}: ${note}${tests}`);
  }
  const all = results.flatMap(({ counts }) => counts ?? []);
  const skipped = all.flatMap((counts) => counts.skipped);
  if (skipped.length > 0) say('skipped:');
  for (const { file, name, reason } of skipped) say(`  ${file}: ${name}: ${reason}`);
  const total = (field) => all.reduce((sum, counts) => sum + counts[field], 0);
  say(`${total('passed')} passed, ${total('failed')} failed, ${skipped.length} skipped`);
  return results.some(({ failed }) => failed) ? 1 : 0;
}
