// The Debian packages that a task needs. As root, missing ones are installed; anyone else gets one message with the
// line to run. Presence is judged by the programs and headers themselves, so that tools from elsewhere count too.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { architectures, crossLibraries, findEmulator } from './architectures.mjs';
import { BuildStop, hasProgram, run, say } from './steps.mjs';

/** What configuring and making BIRD takes, whatever for: package → whether its use is already covered. */
const makeTools = {
  make: () => hasProgram('make'),
  flex: () => hasProgram('flex'),
  bison: () => hasProgram('bison'),
  m4: () => hasProgram('m4'),
  autoconf: () => hasProgram('autoreconf'),
};

/** What compiling BIRD takes. */
const compileTools = {
  gcc: () => hasProgram('gcc'),
  binutils: () => hasProgram('strip'),
  ...makeTools,
  'musl-tools': () => hasProgram('musl-gcc'),
  'linux-libc-dev': () =>
    existsSync('/usr/include/linux/rtnetlink.h') && existsSync(`/usr/include/${architectures[process.arch].gnu}/asm`),
};

/** What unpacking Debian's source package takes besides. */
const sourceTools = {
  'dpkg-dev': () => hasProgram('dpkg-source'),
  'xz-utils': () => hasProgram('xz'),
};

/** What stripping the embedded Node takes. */
const packageTools = { binutils: compileTools.binutils };

/** What compiling, stripping and running programs for arm64 takes on a machine of another architecture. */
const arm64Tools = {
  'gcc-aarch64-linux-gnu': () => hasProgram('aarch64-linux-gnu-gcc'),
  'binutils-aarch64-linux-gnu': () => hasProgram('aarch64-linux-gnu-strip'),
  'qemu-user': () => findEmulator('arm64') !== undefined,
  'libc6-arm64-cross': () => existsSync(`${crossLibraries('arm64')}/lib/ld-linux-aarch64.so.1`),
  'libgcc-s1-arm64-cross': () => existsSync(`${crossLibraries('arm64')}/lib/libgcc_s.so.1`),
  'libstdc++6-arm64-cross': () => existsSync(`${crossLibraries('arm64')}/lib/libstdc++.so.6`),
};

/** Routers and tools of the end-to-end tests; sbin is not in everyone's PATH. */
const routerTools = {
  frr: () => existsSync('/usr/lib/frr/bgpd'),
  iproute2: () => hasProgram('ip') || existsSync('/sbin/ip'),
  nftables: () => hasProgram('nft') || existsSync('/usr/sbin/nft'),
};

/** Sets of packages by the purpose that is named in messages. */
export const toolSets = {
  'compile BIRD': { ...compileTools, ...sourceTools },
  'compile BIRD from a given source': compileTools,
  'compile BIRD for arm64': { ...makeTools, ...sourceTools, ...arm64Tools },
  'compile BIRD from a given source for arm64': { ...makeTools, ...arm64Tools },
  'build the executable': packageTools,
  'build the executable for arm64': { ...packageTools, ...arm64Tools },
};

/** Installs what the purposes lack together, or stops with the command that would. */
export function requireTools(...purposes) {
  const missing = missingOf(Object.assign({}, ...purposes.map((purpose) => toolSets[purpose])));
  if (missing.length === 0) return;
  if (!canInstall()) {
    const lacking = purposes.filter((purpose) => missingOf(toolSets[purpose]).length > 0);
    throw new BuildStop(
      `some programs needed to ${lacking.join(' and to ')} are missing; install them and run this again:\n` +
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
