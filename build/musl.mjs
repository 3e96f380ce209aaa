// The compiler and the C library that BIRD is linked with: Debian's musl-gcc for this machine's architecture. For
// another one, Debian's cross compiler with musl and kernel headers of that architecture, taken from Debian packages
// that are unpacked into a private folder, so that the machine's own dpkg learns nothing about a second architecture.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectures } from './architectures.mjs';
import { privateApt } from './debian-release.mjs';
import { BuildStop, hasProgram, run } from './steps.mjs';

/**
 * The toolchain for an architecture, with what it needs below `folder`: { cc, strip, configure, include, packages }.
 * `include` is where kernel headers are, and `packages` are the Debian packages that were unpacked for it.
 */
export function muslToolchain(arch, folder) {
  if (arch === process.arch) {
    return { cc: 'musl-gcc', strip: 'strip', configure: [], include: '/usr/include', packages: [] };
  }
  const { gnu, musl, debian } = architectures[arch];
  const packages = unpackPackages(debian, ['musl-dev', 'linux-libc-dev'], folder);
  const sysroot = join(folder, 'root');
  const own = join(sysroot, 'usr/lib', musl, 'musl-gcc.specs');
  if (!existsSync(own)) throw new BuildStop(`Debian's musl-dev for ${arch} has no usr/lib/${musl}/musl-gcc.specs`);
  const specs = join(folder, 'musl-gcc.specs');
  writeFileSync(specs, relocateSpecs(readFileSync(own, 'utf8'), sysroot, musl));
  return {
    cc: `${gnu}-gcc -specs ${specs}`,
    strip: `${gnu}-strip`,
    // Naming both sides keeps configure from trying whether this machine can run what it compiles.
    configure: [`--build=${architectures[process.arch].gnu}`, `--host=${gnu}`],
    include: join(sysroot, 'usr/include'),
    packages,
  };
}

/** Points the folders in musl's instructions for gcc below `sysroot`; the loader's name is not a folder of ours. */
export function relocateSpecs(specs, sysroot, musl) {
  return specs.replaceAll(new RegExp(`/usr/(include|lib)/${musl}\\b`, 'g'), (path) => `${sysroot}${path}`);
}

/** Downloads packages of a Debian architecture and unpacks them into `root` below `folder`; returns name and version. */
function unpackPackages(debianArch, names, folder) {
  if (!hasProgram('apt-get') || !hasProgram('dpkg-deb')) {
    throw new BuildStop(`musl for ${debianArch} comes from Debian, and this machine has no apt-get and dpkg-deb`);
  }
  const download = join(folder, 'packages');
  for (const path of [download, join(folder, 'root')]) mkdirSync(path, { recursive: true });
  const apt = privateApt(join(folder, 'apt'), { debianArch });
  apt.get(['update']);
  // apt checks what it downloads against the signed lists.
  apt.get(['download', ...names], { cwd: download });
  return readdirSync(download)
    .sort()
    .map((file) => {
      run('dpkg-deb', ['-x', file, join(folder, 'root')], { cwd: download });
      return run('dpkg-deb', ['-f', file, 'Package', 'Version'], { cwd: download })
        .replace(/^\w+: /gm, '')
        .trim()
        .replace('\n', ' ');
    });
}
