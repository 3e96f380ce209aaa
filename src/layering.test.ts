// The direction of dependencies, enforced: reads every import of src and fails on a wrong arrow, and on anything with
// effects (disk, network, clock, environment) in the parts that promise to be pure.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';

/** Which folders a folder may import from, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  dsl: [],
  engine: ['dsl'],
  bgp: ['engine', 'dsl'],
  kube: ['engine', 'dsl'],
  agent: ['bgp', 'kube', 'engine', 'dsl'],
  'language-server': ['dsl'],
  cli: ['agent', 'language-server', 'bgp', 'kube', 'engine', 'dsl'],
  // Helpers of tests; nothing but tests may import them.
  testing: ['cli', 'agent', 'bgp', 'kube', 'engine', 'dsl'],
};

/** Files directly in src, and who may import them besides tests. */
const rootFiles: Readonly<Record<string, readonly string[]>> = {
  'build-info.ts': ['agent', 'cli', 'testing'],
  'clock.ts': ['agent', 'bgp', 'cli', 'kube', 'testing'],
  'main.ts': [],
  'pacer.ts': ['agent', 'bgp'],
  'unknown.ts': ['agent', 'bgp', 'cli', 'engine', 'kube', 'testing'],
};

const pureFolders = ['dsl', 'engine'];

/** The files of src/bgp that talk to BIRD or start it; every other one there is pure. */
const bgpEdges = /^(bird-(socket|process|runtime|files|life)|reconcile|observe)\b/;

/** Built-ins and packages without effects. */
const pureModules = ['node:path', 'node:path/posix', 'node:util', 'node:assert/strict', 'chevrotain', 'ip-address'];

const effects: Readonly<Record<string, RegExp>> = {
  process: /\bprocess\.\w/,
  'the clock': /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
  'a timer': /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(/,
  'the network': /(?<![.\w])fetch\(/,
  chance: /\bMath\.random\b|\bcrypto\./,
};

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly isTest: boolean;
  readonly code: string;
  readonly imports: readonly string[];
}

const files = readSources();

test('imports follow the arrows between the folders', () => {
  assert.ok(files.length > 10, 'the sources were not found');
  assert.deepEqual(files.flatMap(wrongArrows), []);
});

test('every folder of src has its place among the arrows', () => {
  const unknown = files.filter((file) => file.folder !== '' && !(file.folder in arrows)).map((file) => file.path);
  assert.deepEqual(unknown, []);
});

test('pure parts import nothing that has effects', () => {
  const found = pureFiles().flatMap((file) =>
    file.imports
      .filter((specifier) => !specifier.startsWith('.') && !pureModules.includes(specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  assert.deepEqual(found, []);
});

test('pure parts do not reach for clock, chance, network or environment', () => {
  const found = pureFiles().flatMap((file) =>
    Object.entries(effects)
      .filter(([, pattern]) => pattern.test(withoutStrings(file.code)))
      .map(([name]) => `${file.path} uses ${name}`),
  );
  assert.deepEqual(found, []);
});

test('pure parts of bgp use its edges for their types only', () => {
  const found = pureFiles()
    .filter(({ folder, name }) => folder === 'bgp' && name !== 'index.ts')
    .flatMap(({ path, code }) =>
      importsOf(code.replace(/^(import|export) type\b[^;]*;/gm, ''))
        .filter((specifier) => specifier.startsWith('./') && bgpEdges.test(specifier.slice(2)))
        .map((specifier) => `${path} imports ${specifier}`),
    );
  assert.deepEqual(found, []);
});

test('imports inside the project name the file with its extension', () => {
  const found = files.flatMap((file) =>
    file.imports
      .filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.ts'))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  assert.deepEqual(found, []);
});

test('recognises every form of import', () => {
  const code =
    "import a from 'a';\nimport type {\n  B,\n} from './b.ts';\nexport * from './c.ts';\nimport 'd';\nimport('./e.ts')";
  assert.deepEqual(importsOf(code), ['a', './b.ts', './c.ts', 'd', './e.ts']);
});

test('refuses an arrow that points the wrong way', () => {
  const file = { path: 'dsl/x.ts', folder: 'dsl', name: 'x.ts', isTest: false, code: '', imports: ['../engine/y.ts'] };
  assert.deepEqual(wrongArrows(file), ['dsl/x.ts imports engine/y.ts']);
});

test('keeps helpers of tests out of the product', () => {
  const file = { path: 'cli/x.ts', folder: 'cli', name: 'x.ts', isTest: false, code: '', imports: ['../testing/y.ts'] };
  assert.deepEqual(wrongArrows(file), ['cli/x.ts imports testing/y.ts']);
  assert.deepEqual(wrongArrows({ ...file, isTest: true }), []);
});

function wrongArrows(file: SourceFile): readonly string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file.path), specifier))
    .filter((target) => !isAllowed(file, target))
    .map((target) => `${file.path} imports ${target}`);
}

function isAllowed(file: SourceFile, target: string): boolean {
  const folder = folderOf(target);
  if (folder === file.folder) return true;
  if (folder === '') return file.isTest || (rootFiles[target] ?? []).includes(file.folder);
  if (file.folder === '') return file.path === 'main.ts' ? folder === 'cli' : file.isTest;
  if (file.isTest && folder === 'testing') return true;
  return (arrows[file.folder] ?? []).includes(folder);
}

function pureFiles(): readonly SourceFile[] {
  return files.filter(
    ({ folder, name, isTest }) =>
      !isTest && (pureFolders.includes(folder) || (folder === 'bgp' && !bgpEdges.test(name))),
  );
}

function readSources(): readonly SourceFile[] {
  const names = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return names.sort().map((path) => {
    const code = withoutComments(readFileSync(join(import.meta.dirname, path), 'utf8'));
    const isTest = path.endsWith('.test.ts') || path.includes('/testdata/');
    return { path, folder: folderOf(path), name: posix.basename(path), isTest, code, imports: importsOf(code) };
  });
}

/** The first folder of a path below src; empty for a file directly in it. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function importsOf(code: string): readonly string[] {
  const statement = /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...code.matchAll(statement)].flatMap(([, from, dynamic]) => from ?? dynamic ?? []);
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
