// Entry of every npm script that needs packages: node build/setup.mjs <task> [arguments].
// Runs on whatever Node npm happens to use (18 or newer) and without any package installed, so it imports built-ins
// only. It installs the packages of package-lock.json where they are missing or outdated, then goes on in tasks.mjs
// under the exact Node of node_modules/.bin. Takes a few milliseconds when nothing is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules/.bin/node');

/** Reads a JSON file; undefined where it is absent or broken. */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Says what is wrong with node_modules compared with the lock file; undefined when nothing is. */
function outdated() {
  // npm leaves its own record of what it installed; no stamp of ours is needed, and `npm install` by hand counts too.
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (installed === undefined) return 'no packages are installed';
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const declared = readJson(join(root, 'package.json')) ?? {};
  const locked = dependenciesOf(wanted[''] ?? {});
  for (const [name, version] of Object.entries(dependenciesOf(declared))) {
    if (locked[name] !== version) return `package-lock.json does not have ${name} ${version}`;
  }
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined && entry.optional) continue;
    if (found?.integrity !== entry.integrity) return `${path} is not the version of package-lock.json`;
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is incomplete`;
  }
  const wantedNode = declared.optionalDependencies[`node-linux-${process.arch}`];
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${wantedNode}` ? undefined : `node_modules/.bin/node is not Node ${wantedNode}`;
}

function dependenciesOf({ dependencies, devDependencies, optionalDependencies }) {
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

/** Puts Biome among the programs of node_modules/.bin: its packages per platform do not do so themselves. */
function linkBiome() {
  const link = join(root, 'node_modules/.bin/biome');
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(`../@biomejs/cli-linux-${process.arch}/biome`, link);
}

/** Runs `npm ci`, silent unless it fails. */
function installPackages(reason) {
  process.stdout.write(`setup: ${reason}: running npm ci\n`);
  // npm tells its scripts where it is itself; another package manager would put its own path there.
  const cli = process.env.npm_execpath ?? '';
  const [command, first] = /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ['npm', []];
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  stop(`npm ci failed (${error?.message ?? `exit code ${status}`}); its messages are above`);
}

/** Prints one message and ends the process. */
function stop(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}

if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
  stop(`bellbird is built on Linux x64 or arm64, and this is ${process.platform} ${process.arch}`);
}
const reason = outdated();
if (reason !== undefined) {
  installPackages(reason);
  const still = outdated();
  if (still !== undefined) stop(`${still}, although npm ci reported success`);
}
linkBiome();
const { status, signal } = spawnSync(node, [join(root, 'build/tasks.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
});
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
