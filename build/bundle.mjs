// esbuild: the sources as minified CommonJS, because the main script of a single executable must be CommonJS on the
// Node that is embedded. V8 reads all text of a script at every start, so only what every start needs is in the main
// script; the rest is in lazy bundles, assets that are compiled when something in them is first imported.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import { Command } from 'commander';
import { build } from 'esbuild';
import { BuildStop, root, work } from './steps.mjs';

const mainEntry = 'src/main.ts';

/** Modules that lazy bundles take from the main script, so that there is one of each: classes are compared by identity. */
const sharedModules = { commander: 'commander', 'exit-code': './src/cli/exit-code.ts' };

/**
 * Lazy bundles: what the sources load with `import()` and never with a plain import. A module in several of them is taken
 * from the last. `check` has one of its own, a third of the others' size, because it is waited for in editors and commit
 * hooks; it stays in the first for its code cache, which knows what reading a policy runs from checking the examples.
 */
function lazyBundles() {
  const commands = readdirSync(join(root, 'src/cli/commands'))
    .filter((name) => /^(?!version\.).*(?<!\.test)\.ts$/.test(name))
    .map((name) => `src/cli/commands/${name}`);
  return [
    { name: 'commands.cjs', modules: commands, plugins: [onlyMetrics] },
    { name: 'check.cjs', modules: ['src/cli/commands/check.ts'], plugins: [] },
    { name: 'kube.cjs', modules: ['src/kube/api/index.ts'], plugins: [dropUnusedClient] },
    { name: 'lsp.cjs', modules: ['src/language-server/index.ts'], plugins: [] },
  ].filter(({ modules }) => modules.every((path) => existsSync(join(root, path))));
}

/**
 * Bundles everything into `folder`; `constants` are compiled in. Returns { main, assets, inputs }: the main script, the
 * assets that belong to it (name → path), and all files that went in.
 */
export async function bundle(constants, hostArch = true, folder = join(work, 'bundle')) {
  mkdirSync(folder, { recursive: true });
  const lazy = lazyBundles();
  const options = (name, plugins) => ({
    absWorkingDir: root,
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
  const main = { ...options('main.cjs', [loadFromAssets(lazy), withoutSubprocesses]), entryPoints: [mainEntry] };
  const results = [await esbuild(main)];
  const assets = {};
  for (const { name, modules, plugins } of lazy) {
    const others = lazy.filter((other) => other.name !== name);
    const stdin = { contents: lazyEntry(modules), resolveDir: root, sourcefile: name };
    results.push(await esbuild({ ...options(name, [takeFromMain, loadFromAssets(others), ...plugins]), stdin }));
    assets[name] = wrap(join(folder, name));
    // A code cache is valid for the architecture that made it only.
    if (hostArch) assets[`${name}.cache`] = await writeCodeCache(assets[name], name);
  }
  return { main: join(folder, 'main.cjs'), assets, inputs: [...new Set(results.flatMap(usedInputs))] };
}

/** Every module of a lazy bundle under its path, evaluated when it is asked for. */
function lazyEntry(modules) {
  const path = (module) => JSON.stringify(module);
  const [only, ...others] = modules;
  // Of what one module imports, esbuild leaves out what nobody uses; of what a `require` brings, nothing.
  if (others.length === 0) {
    return `import * as only from ${path(`./${only}`)}; const get = () => only; export { get as ${path(only)} };`;
  }
  return modules.map((module) => `exports[${path(module)}] = () => require(${path(`./${module}`)});`).join('\n');
}

/** esbuild prints what is wrong with the sources itself. */
async function esbuild(options) {
  try {
    return await build(options);
  } catch {
    throw new BuildStop('the sources cannot be bundled; esbuild says why above');
  }
}

/** Turns `import()` of a module in a lazy bundle into taking it from there. */
function loadFromAssets(lazy) {
  const names = new Map(lazy.flatMap(({ name, modules }) => modules.map((path) => [join(root, path), { name, path }])));
  return {
    name: 'lazy-bundles',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const pluginData = kind === 'dynamic-import' ? names.get(resolve(resolveDir, path)) : undefined;
        return pluginData && { path: pluginData.path, namespace: 'lazy', pluginData };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ pluginData: { name, path } }) => ({
        contents: `module.exports = require('lazy-bundle:${name}')[${JSON.stringify(path)}]();`,
      }));
      build.onResolve({ filter: /^lazy-bundle:/ }, ({ path }) => ({ path, namespace: 'lazy-bundle' }));
      build.onLoad({ filter: /.*/, namespace: 'lazy-bundle' }, ({ path }) => ({
        contents: lazyLoader(path.slice('lazy-bundle:'.length)),
        resolveDir: root,
      }));
    },
  };
}

/** Leaves the shared modules to the main script. */
const takeFromMain = {
  name: 'take-from-main',
  setup(build) {
    const files = new Map(Object.entries(sharedModules).map(([name, path]) => [resolve(root, path), name]));
    build.onResolve({ filter: /^commander$/ }, () => ({ path: 'shared:commander', external: true }));
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const name = files.get(resolve(resolveDir, path));
      return name && { path: `shared:${name}`, external: true };
    });
  },
};

/**
 * The Kubernetes client does not say that importing its modules has no effects, so half of it would stay unused. Its HTTP
 * clients would be the largest part of the bundle; requests and proxies are our own.
 */
const dropUnusedClient = {
  name: 'drop-unused-client',
  setup(build) {
    const inClient = /node_modules\/@kubernetes\/client-node\//;
    build.onResolve({ filter: /^(undici|hpagent|socks|socks-proxy-agent)$/ }, ({ importer }) =>
      inClient.test(importer) ? { path: 'http-client', namespace: 'unused-client' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'unused-client' }, () => ({ contents: 'module.exports = {};' }));
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === dropUnusedClient || rest.kind === 'entry-point') return undefined;
      const found = await build.resolve(path, { ...rest, pluginData: dropUnusedClient });
      return inClient.test(found.path) ? { ...found, sideEffects: false } : undefined;
    });
  },
};

/** Of the metrics library only what counts and shows: the rest, a tracing API included, costs an agent 5 MB. */
const onlyMetrics = {
  name: 'only-metrics',
  setup(build) {
    const parts = { Counter: 'counter', Gauge: 'gauge', Histogram: 'histogram', Registry: 'registry' };
    build.onResolve({ filter: /^prom-client$/ }, () => ({ path: 'prom-client', namespace: 'only-metrics' }));
    build.onLoad({ filter: /./, namespace: 'only-metrics' }, () => ({
      contents: Object.entries(parts)
        .map(([name, file]) => `exports.${name} = require('prom-client/lib/${file}.js');`)
        .join('\n'),
      resolveDir: root,
    }));
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
  const shared = Object.entries(sharedModules).map(([key, path]) => `'shared:${key}': () => require('${path}'),`);
  return `
    const { getRawAsset } = require('node:sea');
    const { Script } = require('node:vm');
    let cachedData;
    try { cachedData = Buffer.from(getRawAsset('${name}.cache')); } catch {}
    const source = Buffer.from(getRawAsset('${name}')).latin1Slice();
    const memory = process.argv[2] === 'run' ? require('./src/agent/memory.ts') : undefined;
    ${underDefaultFlags}
    const shared = { ${shared.join(' ')} };
    const requireShared = (id) => (shared[id] ? shared[id]() : require(id));
    script.runInThisContext()(exports, requireShared, module, __filename, __dirname);`.replace(
    'SCRIPT',
    `new Script(source, { filename: '${name}', cachedData })`,
  );
}

/**
 * V8 refuses a code cache that was made under other flags. So an agent, whose compiler is small, takes each cache under the
 * usual flags, and makes the compiler small before the code runs, because some of it would already start the large one.
 * `check` ends before the last of V8's compilers has paid for itself: 10,000 lines take a third less CPU time without.
 */
const underDefaultFlags = `
    memory?.keepCompilerLarge();
    const script = SCRIPT;
    memory?.keepCompilerSmall();
    if (process.argv[2] === 'check') require('node:v8').setFlagsFromString('--no-turbofan');`;

/** Makes a bundle a function in the way Node itself wraps CommonJS. Returns its path. */
function wrap(path) {
  const text = `(function(exports,require,module,__filename,__dirname){${readFileSync(path, 'utf8')}\n})`;
  // The loader takes bytes for characters, which is faster than decoding them.
  if (/[^\x00-\x7f]/.test(text)) throw new BuildStop(`${path} is not ASCII`);
  writeFileSync(path, text);
  return path;
}

/** Functions that have run are part of the cache too, so that what most commands need is compiled already. */
async function writeCodeCache(path, name) {
  const script = new vm.Script(readFileSync(path, 'latin1'), { filename: name });
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  const requireShared = (id) =>
    id.startsWith('shared:')
      ? require(id === 'shared:commander' ? 'commander' : '../src/cli/exit-code.ts')
      : require(id);
  // V8 drops compiled code that was not used for a while.
  setFlagsFromString('--no-flush-bytecode');
  script.runInThisContext()(module.exports, requireShared, module, process.execPath, root);
  for (const evaluate of Object.values(module.exports)) evaluate();
  await checkExamples(module.exports['src/cli/commands/check.ts']?.(), dirname(path));
  // The flags have to be those that the cache will be read under.
  setFlagsFromString('--flush-bytecode');
  writeFileSync(`${path}.cache`, script.createCachedData());
  return `${path}.cache`;
}

/** Runs `check` on every example, if the bundle has it, and on a text with a mistake. */
async function checkExamples(commands, folder) {
  if (commands === undefined) return;
  const silent = { write: () => true };
  const broken = join(folder, 'broken.bell');
  writeFileSync(broken, 'speaker { as 64512 }\npeer tor-a { adress 192.0.2.1 as 64500 }\n');
  for (const path of [...examplePolicies(), broken]) {
    const command = new Command('check');
    commands.defineCheck(command, { stdout: silent, stderr: silent, exit: () => {} });
    await command.parseAsync([path], { from: 'user' });
  }
}

function examplePolicies() {
  const folder = join(root, 'examples');
  const policies = readdirSync(folder).map((topic) => join(folder, topic, 'policy.bell'));
  return policies.filter((path) => existsSync(path));
}

/** Files of which something is left after tree shaking. */
function usedInputs({ metafile }) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
  );
}
