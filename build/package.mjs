// pkg: one executable out of the bundle, a stripped Node and the embedded files, as a Node single executable
// application. pkg takes its base Node from a private cache filled from node_modules, so it downloads nothing. The Node
// of another architecture, which npm does not install, is the npm package whose integrity hash the lock file has.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { architectures } from './architectures.mjs';
import { requireTools } from './debian.mjs';
import { BuildStop, readJson, root, run, say, work } from './steps.mjs';

const require = createRequire(import.meta.url);

/** The exact Node that is embedded, and that the build runs under. */
export const nodeVersion = readJson(join(root, 'package.json')).optionalDependencies[`node-linux-${process.arch}`];

/** The folder of the Node package of an architecture; its binary and its licence are taken from there. */
export function nodeFolder(arch = process.arch) {
  if (arch === process.arch) return join(root, 'node_modules', `node-linux-${arch}`);
  const folder = join(work, 'node', `package-${nodeVersion}-${arch}`);
  if (!existsSync(folder)) fetchNode(`node-linux-${arch}`, folder);
  return folder;
}

/** Unpacks the binary and the licence of a Node package of the lock file into `folder`. */
function fetchNode(name, folder) {
  const { version, integrity } = readJson(join(root, 'package-lock.json')).packages[`node_modules/${name}`];
  if (version !== nodeVersion) throw new BuildStop(`package-lock.json has ${name} ${version}, not ${nodeVersion}`);
  say(`setup: fetching ${name} ${version}`);
  mkdirSync(join(folder, '..'), { recursive: true });
  const partial = mkdtempSync(`${folder}.`);
  try {
    run('npm', ['pack', '--silent', `${name}@${version}`, '--pack-destination', partial], { cwd: root });
    const archive = join(partial, readdirSync(partial)[0]);
    checkIntegrity(`${name} ${version}`, readFileSync(archive), integrity);
    run('tar', ['-xzf', archive, '-C', partial, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
    rmSync(archive);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Stops unless the bytes have the hash that npm's lock file gives them, `sha512-` and base64. */
export function checkIntegrity(what, bytes, integrity) {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found === integrity) return;
  throw new BuildStop(`${what} is not what package-lock.json says: its hash is ${found}, not ${integrity}`);
}

/** Writes the executable for `arch` to `output`. `assets` are embedded files: name → path. */
export async function packageExecutable({ main, assets, output, arch = process.arch }) {
  if (process.versions.node !== nodeVersion) {
    // The blob is made by the Node that runs, and only the very same version can read it.
    throw new BuildStop(
      `the build runs under Node ${process.versions.node}, not ${nodeVersion}: use \`npm run build\``,
    );
  }
  const partial = join(work, `executable-${arch}`);
  // The code cache saves a third of the start-up time, and is valid for the architecture that made it only.
  const seaConfig = { useCodeCache: arch === process.arch, execArgv: nodeOptions, execArgvExtension: 'none', assets };
  // The blob is made by the Node of this machine, whatever the executable is for.
  for (const needed of new Set([process.arch, arch])) seedCache(needed);
  await withPrivateHome(pkgHome, () =>
    pkgSea(main, {
      targets: [{ nodeRange: `node${nodeVersion}`, platform: 'linux', arch, output: partial }],
      signature: false,
      seaConfig: { disableExperimentalSEAWarning: true, useSnapshot: false, ...seaConfig },
    }),
  );
  mkdirSync(join(output, '..'), { recursive: true });
  chmodSync(partial, 0o755);
  renameSync(partial, output);
}

/**
 * What we make in a hurry, a tree, a cluster, is there to stay, and is copied as often in a small space for new objects as in
 * V8's own of 16 MB. Checking 10,000 lines takes 116 MB instead of 169 MB and no more time; evaluating clusters of 10,000
 * services takes 65 MB less and 2 % more time.
 */
const nodeOptions = ['--max-semi-space-size=4'];

/** pkg's own step for single executables, without its progress messages. */
function pkgSea(main, options) {
  require('@yao-pkg/pkg/lib-es5/log.js').log.info = () => {};
  return require('@yao-pkg/pkg/lib-es5/sea.js').default(main, options);
}

/** The home folder that pkg's cache is in. */
const pkgHome = join(work, 'pkg-home');

/** Lays out pkg's cache as if it had downloaded this Node. */
function seedCache(arch) {
  const cache = join(pkgHome, '.pkg-cache/sea');
  const name = `node-v${nodeVersion}-linux-${arch}`;
  mkdirSync(join(cache, name, 'bin'), { recursive: true });
  copyFileSync(baseNode(arch), join(cache, name, 'bin/node'));
  for (const mark of [`${name}.tar.gz`, `${name}.tar.gz.ok`, `${name}/bin/node.ok`])
    writeFileSync(join(cache, mark), '');
}

/** The Node of a package without its symbols (18 MB). Stripping after the injection would destroy the executable. */
function baseNode(arch) {
  const stripped = join(work, 'node', `node-${nodeVersion}-${arch}`);
  if (existsSync(stripped)) return stripped;
  requireTools(packagePurpose(arch));
  mkdirSync(join(work, 'node'), { recursive: true });
  const partial = `${stripped}.${process.pid}`;
  run(arch === process.arch ? 'strip' : `${architectures[arch].gnu}-strip`, [
    '-o',
    partial,
    join(nodeFolder(arch), 'bin/node'),
  ]);
  chmodSync(partial, 0o755);
  renameSync(partial, stripped);
  return stripped;
}

/** The purpose, as `requireTools` knows it, that making the executable for an architecture has. */
export function packagePurpose(arch) {
  return arch === process.arch ? 'build the executable' : `build the executable for ${arch}`;
}

async function withPrivateHome(home, action) {
  const before = process.env.HOME;
  process.env.HOME = home;
  try {
    return await action();
  } finally {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  }
}
