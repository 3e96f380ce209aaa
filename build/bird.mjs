// The embedded BIRD: one static musl executable, bit for bit the same wherever it is built from the same source.
// Built once per version and recipe, then kept in the shared cache with a description of its origin.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { architectures, commandFor } from './architectures.mjs';
import { pinnedVersion, unpackBirdSource } from './bird-source.mjs';
import { requireTools } from './debian.mjs';
import { muslToolchain } from './musl.mjs';
import { BuildStop, hashFiles, readJson, run, say, sha256, sharedCache, writeAtomic } from './steps.mjs';

/** How BIRD is configured; a change here is a new build for everyone. */
const recipe = {
  configure: [
    '--prefix=/usr',
    '--sysconfdir=/etc/bird',
    '--runstatedir=/run/bird',
    '--disable-client',
    '--disable-libssh',
    '--with-protocols=bfd,bgp,mrt,pipe,radv,static',
    'LDFLAGS=-static',
  ],
  cflags: '-O2 -fno-strict-aliasing -fno-strict-overflow',
};

/** What every BIRD that was built must accept, so that one that only starts is not taken for one that works. */
const trialConfig = `router id 192.0.2.1;
protocol device {}
protocol bfd {}
protocol kernel { ipv4 { export all; }; }
protocol radv { interface "eth1"; }
protocol static { ipv4; route 198.51.100.0/24 blackhole; }
protocol bgp { local 192.0.2.1 as 64512; neighbor 192.0.2.2 as 64513; bfd on; ipv4 { import none; export all; }; }
`;

/**
 * Returns { path, folder, version, sha256, origin, files } of BIRD for an architecture, building it first if no cache
 * has it. `files` are the source files, kept beside it in `folder`.
 */
export function ensureBird(arch = process.arch) {
  const cached = findCached(arch);
  if (cached !== undefined) {
    if (cached.warning !== undefined) say(`warning: ${cached.warning}`);
    return cached;
  }
  return buildBird(arch);
}

/** The purposes, as `requireTools` knows them, that getting BIRD for an architecture would have. */
export function birdPurposes(arch) {
  return findCached(arch) === undefined ? [compilePurpose(arch)] : [];
}

/** The purpose of compiling BIRD for an architecture. */
export function compilePurpose(arch) {
  const given = process.env.BELLBIRD_BIRD_SOURCE ? ' from a given source' : '';
  return `compile BIRD${given}${arch === process.arch ? '' : ` for ${arch}`}`;
}

/** BIRD from the cache, if it is there and undamaged. */
function findCached(arch) {
  const key = cacheKey(arch);
  const names = existsSync(sharedCache) ? readdirSync(sharedCache) : [];
  const candidates = names.filter((name) => name.startsWith('bird-2.17.') && name.endsWith(key)).sort();
  const pinned = candidates.find((name) => name === `bird-${pinnedVersion}${key}`);
  const folder = pinned ?? candidates.at(-1);
  return folder === undefined ? undefined : readCached(join(sharedCache, folder));
}

function readCached(folder) {
  const description = readJson(join(folder, 'bird.json'));
  const path = join(folder, 'bird');
  if (description === undefined || !existsSync(path)) return undefined;
  if (sha256(readFileSync(path)) !== description.sha256) return undefined;
  return { ...description, folder, path };
}

/** Ends the name of a cache folder: what, besides the version, decides on the result. */
function cacheKey(arch) {
  const given = process.env.BELLBIRD_BIRD_SOURCE;
  const source = given ? hashGiven(resolve(given)) : 'debian';
  const cross = arch === process.arch ? [] : ['cross'];
  return `-${arch}-${sha256(JSON.stringify([recipe, source, ...cross])).slice(0, 12)}`;
}

function hashGiven(path) {
  if (!existsSync(path)) throw new BuildStop(`BELLBIRD_BIRD_SOURCE names ${path}, which does not exist`);
  return statSync(path).isDirectory() ? hashFiles([path]) : sha256(readFileSync(path));
}

function buildBird(arch) {
  requireTools(compilePurpose(arch));
  const started = Date.now();
  say(`setup: building BIRD${arch === process.arch ? '' : ` for ${arch}`} (once; the result is cached)`);
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-bird-'));
  try {
    const source = unpackBirdSource(folder);
    const toolchain = muslToolchain(arch, join(folder, 'musl'));
    const binary = compile(arch, source.tree, toolchain, join(folder, 'bird'));
    const result = store(arch, source, { binary, toolchain });
    say(`setup: built BIRD ${result.version} in ${Math.round((Date.now() - started) / 1000)} s`);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** configure, make and strip; returns the path of the stripped executable. */
function compile(arch, tree, { cc, strip, configure, include }, output) {
  // musl brings no kernel headers: let it find Debian's, after its own, and nothing else of glibc's.
  const headers = join(tree, 'kernel-headers');
  mkdirSync(headers);
  symlinkSync(join(include, 'linux'), join(headers, 'linux'));
  symlinkSync(join(include, 'asm-generic'), join(headers, 'asm-generic'));
  symlinkSync(join(include, architectures[arch].gnu, 'asm'), join(headers, 'asm'));
  const cflags = `CFLAGS=${recipe.cflags} -idirafter ${headers}`;
  run('autoreconf', ['-i'], { cwd: tree });
  run('./configure', [...recipe.configure, ...configure, `CC=${cc}`, cflags], { cwd: tree });
  run('make', [`-j${availableParallelism()}`], { cwd: tree });
  run(strip, ['-o', output, 'bird'], { cwd: tree });
  chmodSync(output, 0o755);
  return output;
}

/** Puts the executable, its sources and their description into the cache. */
function store(arch, source, { binary, toolchain }) {
  const version = tryOut(arch, binary);
  const folder = join(sharedCache, `bird-${source.version}${cacheKey(arch)}`);
  const partial = `${folder}.${process.pid}`;
  mkdirSync(join(partial, 'source'), { recursive: true });
  for (const file of source.files) copyFileSync(file.path, join(partial, 'source', file.name));
  copyFileSync(binary, join(partial, 'bird'));
  const description = {
    version,
    sourceVersion: source.version,
    origin: source.origin,
    sha256: sha256(readFileSync(binary)),
    files: source.files.map(({ name, sha256 }) => ({ name, sha256 })),
    configure: [...recipe.configure, `CFLAGS=${recipe.cflags}`],
    packages: toolchain.packages,
    ...(source.version === pinnedVersion || process.env.BELLBIRD_BIRD_SOURCE
      ? {}
      : { warning: `BIRD is built from bird2 ${source.version}, not from the pinned ${pinnedVersion}` }),
  };
  writeAtomic(join(partial, 'bird.json'), `${JSON.stringify(description, undefined, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return readCached(folder);
}

/** Runs what was built, under an emulator if need be; returns the version that it says it is. */
function tryOut(arch, binary) {
  const printed = run('sh', ['-c', '"$@" 2>&1', 'sh', ...commandFor(arch, binary, ['--version'])]).trim();
  const version = /^BIRD version (2\.17\.\d+)$/.exec(printed)?.[1];
  if (version === undefined) throw new BuildStop(`the BIRD that was built calls itself "${printed}"`);
  if (needsLoader(readFileSync(binary))) throw new BuildStop('the BIRD that was built is not static');
  const config = `${binary}.conf`;
  writeFileSync(config, trialConfig);
  const [command, ...args] = commandFor(arch, binary, ['-p', '-c', config]);
  run(command, args);
  return version;
}

/** Whether an ELF executable asks for a dynamic loader (a program header of type PT_INTERP). */
function needsLoader(elf) {
  const offset = Number(elf.readBigUInt64LE(32));
  const [size, count] = [elf.readUInt16LE(54), elf.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(offset + index * size)).includes(3);
}
