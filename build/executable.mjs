// `npm run build`: BIRD, bundle, licences, executable and its smoke test, left in dist/ with their checksums.
// Skipped where the inputs of the last build are unchanged and its result is still there.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBird } from './bird.mjs';
import { bundle } from './bundle.mjs';
import { renderLicenses } from './licenses.mjs';
import { nodeFolder, nodeVersion, packageExecutable } from './package.mjs';
import { smokeTest } from './smoke.mjs';
import { dist, filesBelow, hashFiles, readJson, root, say, sha256, withLock, work, writeAtomic } from './steps.mjs';

/** The executable of this machine's architecture. */
export const executable = join(dist, 'bellbird');
const sums = join(dist, 'SHA256SUMS');
const stampFile = join(work, 'executable.json');

/** Makes sure that dist/bird and its description are there; enough for tests that run from source. */
export function provideBird() {
  return withLock(placeBird);
}

/** Builds what is outdated. */
export function buildExecutable() {
  return withLock(build);
}

function placeBird() {
  const bird = ensureBird();
  const description = { version: bird.version, sha256: bird.sha256, origin: bird.origin, files: bird.files };
  if (readJson(join(dist, 'bird.json'))?.sha256 !== bird.sha256 || !existsSync(join(dist, 'bird'))) {
    mkdirSync(dist, { recursive: true });
    writeAtomic(join(dist, 'bird'), readFileSync(bird.path), 0o755);
    writeAtomic(join(dist, 'bird.json'), `${JSON.stringify(description, undefined, 2)}\n`);
  }
  return bird;
}

async function build() {
  const bird = placeBird();
  const version = readJson(join(root, 'package.json')).version;
  const commit = currentCommit();
  const inputs = sha256(JSON.stringify([sourceHash(), version, commit, bird.sha256, nodeVersion]));
  if (isCurrent(inputs)) return;
  say('build: bundling and packing the executable');
  const constants = {
    __BELLBIRD_VERSION__: version,
    __BELLBIRD_COMMIT__: commit,
    __BIRD_VERSION__: bird.version,
    __BIRD_SHA256__: bird.sha256,
  };
  const { main, assets, inputs: bundled } = await bundle(constants);
  const licenses = join(dist, 'licenses.txt');
  const context = { version, commit, bird, nodeFolder: nodeFolder(), nodeVersion, inputs: bundled };
  writeAtomic(licenses, renderLicenses(context));
  publishSources(bird);
  await packageExecutable({
    main,
    assets: { ...assets, bird: bird.path, 'licenses.txt': licenses },
    output: executable,
  });
  writeSums();
  writeAtomic(stampFile, JSON.stringify({ inputs }));
}

/** Prints what `npm run build` left: sizes, start-up time, hashes. */
export function reportBuild() {
  const count = smokeTest(executable);
  say(`smoke test of the executable: ${count} cases passed`);
  const size = (path) => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
  const [version, bare] = startUpTimes([
    [executable, 'version'],
    [process.execPath, '-e', '0'],
  ]);
  say(`size: ${size(executable)}, of it BIRD ${size(join(dist, 'bird'))}`);
  say(`start-up: version ${version.toFixed(0)} ms, bare node ${bare.toFixed(0)} ms (medians of ${runs})`);
  say(`SHA-256 (dist/SHA256SUMS):\n${readFileSync(sums, 'utf8').trimEnd().replace(/^/gm, '  ')}`);
}

function isCurrent(inputs) {
  if (readJson(stampFile)?.inputs !== inputs || !existsSync(sums) || !existsSync(executable)) return false;
  return readFileSync(sums, 'utf8') === renderSums();
}

/** Everything that decides on the executable; tests do not. */
function sourceHash() {
  const paths = ['src', 'build', 'package.json', 'package-lock.json', 'LICENSE'].map((name) => join(root, name));
  return hashFiles(paths, (path) => !/\.test\.ts$|\/(testdata|testing)\//.test(path));
}

/** The commit that is checked out, `-dirty` if what is built differs from it; `unknown` outside a git checkout. */
function currentCommit() {
  const git = (...args) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0 || !existsSync(join(root, '.git'))) return 'unknown';
  const changes = git('status', '--porcelain', '--', 'src', 'build', 'package.json', 'package-lock.json');
  return `${head.stdout.trim()}${changes.stdout.trim() === '' ? '' : '-dirty'}`;
}

/** BIRD's licence asks that its source goes with it. */
function publishSources(bird) {
  const folder = join(dist, 'bird-source');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name } of bird.files) copyFileSync(join(bird.folder, 'source', name), join(folder, name));
}

function writeSums() {
  writeAtomic(sums, renderSums());
}

/** The form that `sha256sum --check` reads. */
function renderSums() {
  const files = [executable, join(dist, 'bird'), ...filesBelow(join(dist, 'bird-source')).sort()];
  return files.map((path) => `${sha256(readFileSync(path))}  ${relative(dist, path)}\n`).join('');
}

const runs = 15;

/** Medians of the wall-clock times of commands, in milliseconds, run in turn so that noise meets all of them. */
function startUpTimes(commands) {
  const times = commands.map(() => []);
  for (let run = -2; run < runs; run += 1) {
    for (const [index, [command, ...args]] of commands.entries()) {
      const started = performance.now();
      spawnSync(command, args, { stdio: 'ignore' });
      if (run >= 0) times[index].push(performance.now() - started);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(runs / 2)]);
}
