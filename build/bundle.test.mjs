import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bundle } from './bundle.mjs';
import { root } from './steps.mjs';

/** Runs the main script as the executable would, and says of each lazy bundle whether V8 refused its code cache. */
const harness = `
  const { readFileSync } = require('node:fs');
  const Module = require('node:module');
  const vm = require('node:vm');
  const assets = JSON.parse(process.env.ASSETS);
  const getRawAsset = (name) => new Uint8Array(readFileSync(assets[name])).buffer;
  class Script extends vm.Script {
    constructor(source, options) {
      super(source, options);
      process.stderr.write('cache of ' + options.filename + ' refused: ' + this.cachedDataRejected + '\\n');
    }
  }
  const replaced = { 'node:sea': { isSea: () => true, getRawAsset }, 'node:vm': { ...vm, Script } };
  const load = Module._load;
  Module._load = (id, ...rest) => replaced[id] ?? load(id, ...rest);
  require(process.env.MAIN);`;

let folder;
let built;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellbird-bundle-'));
  const constants = { __BELLBIRD_VERSION__: '0.0.0', __BELLBIRD_COMMIT__: 'test', __BIRD_VERSION__: '2.17.0' };
  built = await bundle({ ...constants, __BIRD_SHA256__: '' }, true, join(folder, 'bundle'));
  writeFileSync(join(folder, 'harness.cjs'), harness);
  writeFileSync(join(folder, 'bird'), '');
});

after(() => rmSync(folder, { recursive: true, force: true }));

function cachesOf(...args) {
  const assets = JSON.stringify({ ...built.assets, bird: join(folder, 'bird') });
  const env = { PATH: '/nonexistent', HOME: folder, MAIN: built.main, ASSETS: assets };
  const { stderr } = spawnSync(process.execPath, [join(folder, 'harness.cjs'), ...args], { env, encoding: 'utf8' });
  return [...stderr.matchAll(/^cache of (.*) refused: (.*)$/gm)].map(([, name, refused]) => [name, refused]);
}

const policy = join(root, 'examples/quick-start/policy.bell');

test('`check` takes the code cache of its own small bundle', () => {
  assert.deepEqual(cachesOf('check', policy), [['check.cjs', 'false']]);
});

test('the language server takes the code cache of both of its bundles', () => {
  assert.deepEqual(cachesOf('lsp'), [
    ['commands.cjs', 'false'],
    ['lsp.cjs', 'false'],
  ]);
});

test('an agent takes the code cache of each bundle, though its compiler is small before the first one runs', () => {
  const folders = ['--runtime-dir', join(folder, 'run'), '--state-dir', join(folder, 'state')];
  assert.deepEqual(cachesOf('run', '--policy', policy, '--cluster', 'kube', ...folders), [
    ['commands.cjs', 'false'],
    ['kube.cjs', 'false'],
  ]);
});
