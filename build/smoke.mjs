// Runs the packed executable itself, in an environment without Node, and compares what it prints and how it exits.
// A case is a row of `cases`; one for a command that is not in `--help` yet is left out. The executable of another
// architecture goes through the same under an emulator, and must plan the examples as this machine's own does.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandFor } from './architectures.mjs';
import { nodeVersion } from './package.mjs';
import { BuildStop, root, run } from './steps.mjs';

/** The shared libraries that the executable may ask for; all are on every Debian. */
const allowedLibraries = /^(ld-linux[-.\w]*|lib(c|m|dl|pthread|stdc\+\+|gcc_s))\.so/;

const cases = [
  { args: ['version'], stdout: /^bellbird \d+\.\d+\.\d+ \(commit \S+, linux-\w+\)\nBIRD +2\.17\.\d+ \(embedded\)\n/ },
  { args: ['version'], stdout: new RegExp(`^Node\\.js +${nodeVersion.replaceAll('.', '\\.')}$`, 'm') },
  { args: ['version', '-o', 'json'], stdout: /"sha256": "[0-9a-f]{64}"/ },
  { args: ['version', '--licenses'], stdout: /Apache License.*Written offer.*GNU GENERAL PUBLIC LICENSE/s },
  { args: ['version', '--licenses'], stdout: /Rich Felker.*Node\.js is licensed.*commander/s },
  { args: ['--help'], stdout: /^Usage: bellbird/ },
  { args: [], code: 2, stderr: /^Usage: bellbird/ },
  { args: ['nonsense'], code: 2, stderr: /unknown command/ },
  { args: ['version', '--nonsense'], code: 2, stderr: /unknown option/ },
  // A foreign script named in the environment must not get into the process.
  { args: ['version'], env: { NODE_OPTIONS: '--require=./foreign.cjs' }, stdout: /^bellbird / },
  {
    args: ['check', 'broken.bell'],
    command: 'check',
    code: 1,
    stderr: /^error\[[a-z-]+\]: .*\n +--> broken\.bell:1:1/,
  },
  { args: ['check', 'absent.bell'], command: 'check', code: 1, stderr: /absent\.bell/ },
  // Its editor is gone at once, which is no reason to complain.
  { args: ['lsp'], command: 'lsp', code: 1, stderr: /^$/ },
  ...examplePolicies().map((path) => ({ args: ['check', path], command: 'check' })),
];

/** Runs every case against the executable; stops with all that failed. Returns the number of cases. */
export function smokeTest(executable) {
  return smokeTestOf(process.arch, executable, () => []);
}

/**
 * The same for the executable of another architecture, under an emulator. It must print what `reference` prints, the
 * same executable for this machine, and hold the file `bird`, which no emulated process could start by itself.
 */
export function smokeTestEmulated(arch, executable, { reference, bird }) {
  return smokeTestOf(arch, executable, (folder) => [
    holds(executable, bird),
    ...comparisons().map((row) => compare(row, folder, { arch, executable, reference })),
  ]);
}

/** Runs the cases, and `others`, which returns the failures of each of more cases. */
function smokeTestOf(arch, executable, others) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-smoke-'));
  try {
    writeFileSync(join(folder, 'foreign.cjs'), "process.stdout.write('foreign code ran\\n');\n");
    writeFileSync(join(folder, 'broken.bell'), 'nonsense\n');
    const help = runCase(arch, executable, folder, { args: ['--help'] }).stdout;
    const chosen = cases.filter(({ command }) => command === undefined || listed(help, command));
    const failures = chosen.flatMap((row) => judge(row, runCase(arch, executable, folder, row)));
    const compared = others(folder);
    failures.push(...compared.flat(), ...foreignLibraries(executable));
    if (failures.length > 0) throw new BuildStop(`the smoke test of ${executable} failed:\n${failures.join('\n')}`);
    return chosen.length + compared.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runCase(arch, executable, folder, { args, env = {} }) {
  const bare = { PATH: '/nonexistent', NO_COLOR: '1', ...env };
  const [command, ...rest] = commandFor(arch, executable, args);
  // An emulator takes twenty times as long as the processor itself.
  const timeout = arch === process.arch ? 20_000 : 120_000;
  return spawnSync(command, rest, { cwd: folder, env: bare, encoding: 'utf8', timeout });
}

function holds(executable, bird) {
  return readFileSync(executable).includes(readFileSync(bird)) ? [] : [`it does not hold ${bird}`];
}

/** What two executables print differently; nothing if they agree. */
function compare(row, folder, { arch, executable, reference }) {
  const [found, expected] = [
    [arch, executable],
    [process.arch, reference],
  ].map(([kind, path]) => {
    const { status, signal, stdout, stderr } = runCase(kind, path, folder, row);
    return `exit code ${status ?? signal}\n${stdout}${stderr}`;
  });
  if (found === expected) return [];
  const quoted = `${found}\nand this machine's own:\n${expected}`.replace(/^/gm, '  | ').slice(0, 2000);
  return [`bellbird ${row.args.join(' ')}: prints something else than this machine's own executable\n${quoted}`];
}

/** Commands whose output does not depend on the architecture. */
function comparisons() {
  const examples = examplePolicies().map((path) => [path, join(path, '../cluster.yaml')]);
  const plans = examples
    .filter(([, cluster]) => existsSync(cluster))
    .map(([policy, cluster]) => ({ args: ['plan', '--policy', policy, '--cluster', cluster] }));
  return [...plans, { args: ['check', 'broken.bell'] }];
}

function judge({ args, code = 0, stdout, stderr, env }, result) {
  const wrong = [];
  if (result.status !== code) wrong.push(`exit code ${result.status ?? result.signal}, expected ${code}`);
  if (stdout !== undefined && !stdout.test(result.stdout)) wrong.push(`stdout does not match ${stdout}`);
  if (stderr !== undefined && !stderr.test(result.stderr)) wrong.push(`stderr does not match ${stderr}`);
  if (wrong.length === 0) return [];
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value} `);
  const printed = `${result.stdout}${result.stderr}`.trimEnd().slice(0, 800);
  return [`${variables.join('')}bellbird ${args.join(' ')}: ${wrong.join('; ')}\n${printed.replace(/^/gm, '  | ')}`];
}

function listed(help, command) {
  return new RegExp(`^  ${command} `, 'm').test(help);
}

function foreignLibraries(executable) {
  const needed = [...run('readelf', ['-d', executable]).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1]);
  const foreign = needed.filter((name) => !allowedLibraries.test(name));
  return foreign.length === 0 ? [] : [`needs shared libraries that a minimal system lacks: ${foreign.join(', ')}`];
}

function examplePolicies() {
  const folder = join(root, 'examples');
  const topics = existsSync(folder) ? readdirSync(folder).sort() : [];
  return topics.map((topic) => join(folder, topic, 'policy.bell')).filter((path) => existsSync(path));
}
