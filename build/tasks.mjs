// The tasks behind the npm scripts, started by setup.mjs under the Node of node_modules/.bin with packages installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BuildStop, root } from './steps.mjs';

const tasks = {
  async build(args) {
    const { otherArchitectures } = await import('./architectures.mjs');
    const others = otherArchitectures(args);
    const { buildExecutable, reportBuild } = await import('./executable.mjs');
    await buildExecutable(others);
    reportBuild(others);
    return 0;
  },
  async demo(args) {
    const { buildExecutable, executable } = await import('./executable.mjs');
    await buildExecutable();
    return runVisibly(executable, ['demo', ...args]);
  },
  async test() {
    const { runChecks } = await import('./checks.mjs');
    return runChecks({ stopAtFirst: false });
  },
  async 'test:unit'() {
    const { runUnitTests } = await import('./checks.mjs');
    return runUnitTests();
  },
  async qa() {
    const { runChecks } = await import('./checks.mjs');
    return runChecks({ stopAtFirst: true });
  },
  fuzz(args) {
    return runVisibly(process.execPath, [join(root, 'src/testing/fuzz.ts'), ...args]);
  },
  async bench(args) {
    const entry = join(root, 'bench/main.ts');
    if (!existsSync(entry)) throw new BuildStop('there are no benchmarks in bench/main.ts');
    const { buildExecutable } = await import('./executable.mjs');
    await buildExecutable();
    return runVisibly(process.execPath, [entry, ...args]);
  },
};

function runVisibly(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw new BuildStop(`${command} cannot be started: ${error.message}`);
  return status ?? 1;
}

const [name = '', ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(tasks, name))
    throw new BuildStop(`no task \`${name}\`; there are ${Object.keys(tasks).join(', ')}`);
  process.exitCode = await tasks[name](args);
} catch (error) {
  if (!(error instanceof BuildStop)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
