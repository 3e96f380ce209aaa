// What differs between the processor architectures that an executable can be built for, and how a program of another
// one than this machine's is run here.
import { BuildStop, findProgram } from './steps.mjs';

/** Names by Node's word for an architecture: GNU's and musl's triplet, Debian's word, and the emulator's program. */
export const architectures = {
  x64: { gnu: 'x86_64-linux-gnu', musl: 'x86_64-linux-musl', debian: 'amd64', emulator: 'qemu-x86_64' },
  arm64: { gnu: 'aarch64-linux-gnu', musl: 'aarch64-linux-musl', debian: 'arm64', emulator: 'qemu-aarch64' },
};

/** The architectures that a machine of another one can build for: `host` → others. */
const crossTargets = { x64: ['arm64'], arm64: [] };

/**
 * The architectures to build besides this machine's own, from the arguments of `npm run build`.
 * `--arch` may be given several times, and may name this machine's own.
 */
export function otherArchitectures(args, host = process.arch) {
  const wanted = [];
  for (let index = 0; index < args.length; index += 1) {
    const [option, joined] = args[index].split(/=(.*)/s, 2);
    if (option !== '--arch') throw new BuildStop(`unknown argument \`${args[index]}\`: ${usage}`);
    if (joined === undefined) index += 1;
    wanted.push(joined ?? args[index] ?? '');
  }
  for (const arch of wanted) {
    if (!Object.hasOwn(architectures, arch)) throw new BuildStop(`there is no architecture \`${arch}\`: ${usage}`);
    if (arch === host || crossTargets[host].includes(arch)) continue;
    throw new BuildStop(`an ${host} machine cannot build for ${arch}: run \`npm run build\` on a machine of that kind`);
  }
  return [...new Set(wanted)].filter((arch) => arch !== host);
}

const usage = `\`npm run build -- --arch ARCH\` takes ${Object.keys(architectures).join(' or ')}`;

/** Where Debian's cross packages put the shared libraries of another architecture. */
export function crossLibraries(arch) {
  return `/usr/${architectures[arch].gnu}`;
}

/** The emulator of an architecture; Debian has it in a dynamic and a static form. */
export function findEmulator(arch) {
  const { emulator } = architectures[arch];
  return findProgram(emulator) ?? findProgram(`${emulator}-static`);
}

/** The command that runs a program of an architecture on this machine: the program itself, or an emulator with it. */
export function commandFor(arch, program, args = []) {
  if (arch === process.arch) return [program, ...args];
  const emulator = findEmulator(arch);
  if (emulator === undefined)
    throw new BuildStop(`no ${architectures[arch].emulator} to run programs for ${arch} with`);
  return [emulator, '-L', crossLibraries(arch), program, ...args];
}
