// `npm run build`: BIRD, bundle, licences, executable and its smoke test, left in dist/ with their checksums; for this
// machine's architecture, and for others that are asked for. Skipped where the inputs of the last build are unchanged and
// its result is still there.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { architectures } from './architectures.mjs';
import { birdPurposes, ensureBird } from './bird.mjs';
import { bundle } from './bundle.mjs';
import { requireTools } from './debian.mjs';
import { renderLicenses } from './licenses.mjs';
import { nodeFolder, nodeVersion, packageExecutable, packagePurpose } from './package.mjs';
import { smokeTest, smokeTestEmulated } from './smoke.mjs';
import { dist, filesBelow, hashFiles, readJson, root, say, sha256, withLock, work, writeAtomic } from './steps.mjs';

/** The executable of this machine's architecture. */
export const executable = join(dist, 'bellbird');
const sums = join(dist, 'SHA256SUMS');

/** Where the executable of an architecture is left. */
function outputOf(arch) {
  return arch === process.arch ? executable : join(dist, `bellbird-${arch}`);
}

/** Where it is noted what that executable was made of. */
function stampOf(arch) {
  return join(work, `executable-${arch}.json`);
}

/** Makes sure that dist/bird and its description are there; enough for tests that run from source. */
export function provideBird() {
  return withLock(placeBird);
}

/** Builds what is outdated: the executable of this machine, and those of `others`, architectures that it can build for. */
export function buildExecutable(others = []) {
  return withLock(() => build(others));
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

async function build(others) {
  const wanted = [process.arch, ...others];
  // Whoever cannot install packages is told of all that are missing, not of one after the other.
  if (others.length > 0) requireTools(...wanted.flatMap((arch) => [...birdPurposes(arch), packagePurpose(arch)]));
  const birds = wanted.map((arch) => ({ arch, bird: arch === process.arch ? placeBird() : ensureBird(arch) }));
  const version = readJson(join(root, 'package.json')).version;
  const commit = currentCommit();
  const sources = sha256(JSON.stringify([sourceHash(), version, commit, nodeVersion]));
  const intact = existsSync(sums) && readFileSync(sums, 'utf8') === renderSums();
  const outdated = birds.filter(({ arch, bird }) => !intact || !isCurrent(arch, { sources, bird: bird.sha256 }));
  if (outdated.length === 0) return;
  // One that nobody asks for now stays if its checksum holds and it was made of the same.
  const same = foreignBuilt().filter((arch) => intact && readJson(stampOf(arch))?.sources === sources);
  removeOthers([...others, ...same]);
  publishSources(birds.map(({ bird }) => bird));
  for (const { arch, bird } of outdated) {
    await pack(arch, { version, commit, bird });
    writeAtomic(stampOf(arch), JSON.stringify({ sources, bird: bird.sha256 }));
  }
  writeAtomic(sums, renderSums());
}

/** Bundles and packs the executable of one architecture. */
async function pack(arch, { version, commit, bird }) {
  const host = arch === process.arch;
  say(`build: bundling and packing the executable${host ? '' : ` for ${arch}`}`);
  const constants = {
    __BELLBIRD_VERSION__: version,
    __BELLBIRD_COMMIT__: commit,
    __BIRD_VERSION__: bird.version,
    __BIRD_SHA256__: bird.sha256,
  };
  const { main, assets, inputs } = await bundle(constants, host);
  const licenses = host ? join(dist, 'licenses.txt') : join(work, `licenses-${arch}.txt`);
  const context = { version, commit, bird, nodeFolder: nodeFolder(arch), nodeVersion, inputs };
  writeAtomic(licenses, renderLicenses(context));
  const embedded = { ...assets, bird: bird.path, 'licenses.txt': licenses };
  await packageExecutable({ main, assets: embedded, output: outputOf(arch), arch });
}

/** Prints what `npm run build` left: sizes, start-up time, hashes. */
export function reportBuild(others = []) {
  say(`smoke test of the executable: ${smokeTest(executable)} cases passed`);
  for (const arch of others) {
    const count = smokeTestEmulated(arch, outputOf(arch), { reference: executable, bird: ensureBird(arch).path });
    say(`smoke test of the executable for ${arch}, under an emulator: ${count} cases passed`);
  }
  const size = (path) => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
  const [version, bare] = startUpTimes([
    [executable, 'version'],
    [process.execPath, '-e', '0'],
  ]);
  say(`size: ${size(executable)}, of it BIRD ${size(join(dist, 'bird'))}`);
  for (const arch of others) say(`size for ${arch}: ${size(outputOf(arch))}`);
  say(`start-up: version ${version.toFixed(0)} ms, bare node ${bare.toFixed(0)} ms (medians of ${runs})`);
  say(`SHA-256 (dist/SHA256SUMS):\n${readFileSync(sums, 'utf8').trimEnd().replace(/^/gm, '  ')}`);
}

/** Whether the executable of an architecture is there and was made of these. */
function isCurrent(arch, { sources, bird }) {
  const stamp = readJson(stampOf(arch));
  return stamp?.sources === sources && stamp.bird === bird && existsSync(outputOf(arch));
}

/** Removes executables of other architectures but `kept`, so that dist/ holds one version only. */
function removeOthers(kept) {
  for (const arch of foreignBuilt().filter((arch) => !kept.includes(arch))) {
    say(`build: removing ${relative(root, outputOf(arch))}, which is of an earlier build`);
    rmSync(outputOf(arch), { force: true });
  }
}

/** The other architectures that there is an executable of. */
function foreignBuilt() {
  return Object.keys(architectures).filter((arch) => arch !== process.arch && existsSync(outputOf(arch)));
}

/** Everything that decides on the executable; tests do not. */
function sourceHash() {
  const paths = ['src', 'build', 'package.json', 'package-lock.json', 'LICENSE'].map((name) => join(root, name));
  return hashFiles(paths, (path) => !/\.test\.(ts|mjs)$|\/(testdata|testing)\//.test(path));
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
function publishSources(birds) {
  const folder = join(dist, 'bird-source');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const bird of birds) {
    for (const { name } of bird.files) copyFileSync(join(bird.folder, 'source', name), join(folder, name));
  }
}

/** The form that `sha256sum --check` reads. */
function renderSums() {
  const executables = [executable, ...foreignBuilt().map(outputOf)].filter((path) => existsSync(path));
  const files = [...executables, join(dist, 'bird'), ...filesBelow(join(dist, 'bird-source')).sort()];
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
