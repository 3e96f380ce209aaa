// The Debian packages that a task needs. As root, missing ones are installed; anyone else gets one message with the
// line to run. Presence is judged by the programs and headers themselves, so that tools from elsewhere count too.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { BuildStop, hasProgram, run, say } from './steps.mjs';

const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch];

/** What compiling BIRD takes: package → whether its use is already covered. */
const compileTools = {
  gcc: () => hasProgram('gcc'),
  binutils: () => hasProgram('strip'),
  make: () => hasProgram('make'),
  flex: () => hasProgram('flex'),
  bison: () => hasProgram('bison'),
  m4: () => hasProgram('m4'),
  autoconf: () => hasProgram('autoreconf'),
  'musl-tools': () => hasProgram('musl-gcc'),
  'linux-libc-dev': () => existsSync('/usr/include/linux/rtnetlink.h') && existsSync(`/usr/include/${multiarch}/asm`),
};

/** What unpacking Debian's source package takes besides. */
const sourceTools = {
  'dpkg-dev': () => hasProgram('dpkg-source'),
  'xz-utils': () => hasProgram('xz'),
};

/** What stripping the embedded Node takes. */
const packageTools = { binutils: compileTools.binutils };

/** Routers and tools of the end-to-end tests; sbin is not in everyone's PATH. */
const routerTools = {
  frr: () => existsSync('/usr/lib/frr/bgpd'),
  iproute2: () => hasProgram('ip') || existsSync('/sbin/ip'),
};

/** Sets of packages by the purpose that is named in messages. */
export const toolSets = {
  'compile BIRD': { ...compileTools, ...sourceTools },
  'compile BIRD from a given source': compileTools,
  'build the executable': packageTools,
};

/** Installs what `purpose` lacks, or stops with the command that would. */
export function requireTools(purpose) {
  const missing = missingOf(toolSets[purpose]);
  if (missing.length === 0) return;
  if (!canInstall()) {
    throw new BuildStop(
      `some programs needed to ${purpose} are missing; install them and run this again:\n` +
        `  sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    );
  }
  install(missing);
}

/** Installs the routers that the end-to-end tests talk to, if that is possible; returns what is still missing. */
export function offerRouters() {
  const missing = missingOf(routerTools);
  if (missing.length > 0 && canInstall()) {
    try {
      withoutServices(() => install(missing));
    } catch (error) {
      if (!(error instanceof BuildStop)) throw error;
      say(`setup: ${error.message}`);
    }
  }
  return missingOf(routerTools);
}

function missingOf(tools) {
  return Object.keys(tools).filter((name) => !tools[name]());
}

function canInstall() {
  return process.getuid() === 0 && hasProgram('apt-get');
}

function install(packages) {
  say(`setup: installing Debian packages: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  try {
    run('apt-get', args, { env });
  } catch (error) {
    // A new machine has no package lists, or lists that name versions no longer kept.
    if (!(error instanceof BuildStop)) throw error;
    run('apt-get', ['update'], { env });
    run('apt-get', args, { env });
  }
}

/** Keeps Debian from starting the daemons it installs: the tests start their own. */
function withoutServices(action) {
  const guard = '/usr/sbin/policy-rc.d';
  if (existsSync(guard)) return action();
  writeFileSync(guard, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return action();
  } finally {
    rmSync(guard, { force: true });
  }
}
