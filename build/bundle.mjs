// esbuild: the sources as minified CommonJS, because the main script of a single executable must be CommonJS on the
// Node that is embedded. Commands and their dependencies are evaluated only when they are first imported, but V8 still
// reads their text at every start; a part that is too large for that is a lazy bundle, an asset compiled on demand.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';
import { BuildStop, root, work } from './steps.mjs';

const mainEntry = 'src/main.ts';

/** Lazy bundles: asset name → entry, which the sources load with `import()` and never with a plain import. */
const lazyEntries = { 'kube.cjs': 'src/kube/api/index.ts' };

/**
 * Bundles everything; `constants` are compiled in. Returns { main, assets, inputs }: the main script, the assets that
 * belong to it (name → path), and all files that went in.
 */
export async function bundle(constants, hostArch = true) {
  const folder = join(work, 'bundle');
  mkdirSync(folder, { recursive: true });
  const lazy = Object.entries(lazyEntries).filter(([, entry]) => existsSync(join(root, entry)));
  const options = (entry, name, plugins) => ({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(folder, name),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    define: {
      ...Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, JSON.stringify(value)])),
      'import.meta.dirname': '__dirname',
      'import.meta.url': '__mainUrl',
    },
    banner: { js: "const __mainUrl=require('node:url').pathToFileURL(__filename).href;" },
    plugins,
  });
  const results = [await esbuild(options(mainEntry, 'main.cjs', [loadFromAssets(lazy), withoutSubprocesses]))];
  const assets = {};
  for (const [name, entry] of lazy) {
    results.push(await esbuild(options(entry, name, [dropUnusedClient])));
    assets[name] = join(folder, name);
    // A code cache is valid for the architecture that made it only.
    if (hostArch) assets[`${name}.cache`] = writeCodeCache(join(folder, name), name);
  }
  return { main: join(folder, 'main.cjs'), assets, inputs: [...new Set(results.flatMap(usedInputs))] };
}

/** esbuild prints what is wrong with the sources itself. */
async function esbuild(options) {
  try {
    return await build(options);
  } catch {
    throw new BuildStop('the sources cannot be bundled; esbuild says why above');
  }
}

/** Turns `import()` of a lazy entry into compiling the asset of that name. */
function loadFromAssets(lazy) {
  const names = new Map(lazy.map(([name, entry]) => [join(root, entry), name]));
  return {
    name: 'lazy-bundles',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const name = kind === 'dynamic-import' ? names.get(resolve(resolveDir, path)) : undefined;
        return name === undefined ? undefined : { path: name, namespace: 'lazy' };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({ contents: lazyLoader(path) }));
    },
  };
}

/** The Kubernetes client does not say that importing its modules has no effects, so half of it would stay unused. */
const dropUnusedClient = {
  name: 'drop-unused-client',
  setup(build) {
    const inClient = /node_modules\/@kubernetes\/client-node\//;
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === dropUnusedClient || rest.kind === 'entry-point') return undefined;
      const found = await build.resolve(path, { ...rest, pluginData: dropUnusedClient });
      return inClient.test(found.path) ? { ...found, sideEffects: false } : undefined;
    });
  },
};

/** commander can start commands that are programs of their own. Ours are not, and loading that takes 4 ms a start. */
const withoutSubprocesses = {
  name: 'without-subprocesses',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules\/commander\//.test(importer) ? { path: 'child_process', namespace: 'unused' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'export default undefined;' }));
  },
};

/** The loader of one lazy bundle. V8 checks the code cache itself and compiles anew if it does not fit. */
function lazyLoader(name) {
  return `
    const { getAsset, getRawAsset } = require('node:sea');
    const { Script } = require('node:vm');
    let cachedData;
    try { cachedData = Buffer.from(getRawAsset('${name}.cache')); } catch {}
    const source = ${JSON.stringify(prefix)} + getAsset('${name}', 'utf8') + ${JSON.stringify(suffix)};
    const script = new Script(source, { filename: '${name}', cachedData });
    script.runInThisContext()(exports, require, module, __filename, __dirname);`;
}

/** A module's source becomes a function in the way Node itself wraps CommonJS. */
const prefix = '(function(exports,require,module,__filename,__dirname){';
const suffix = '\n})';

function writeCodeCache(path, name) {
  const script = new vm.Script(`${prefix}${readFileSync(path, 'utf8')}${suffix}`, { filename: name });
  const module = { exports: {} };
  // Functions that have run are part of the cache too.
  script.runInThisContext()(module.exports, createRequire(import.meta.url), module, process.execPath, root);
  writeFileSync(`${path}.cache`, script.createCachedData());
  return `${path}.cache`;
}

/** Files of which something is left after tree shaking. */
function usedInputs({ metafile }) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
  );
}
