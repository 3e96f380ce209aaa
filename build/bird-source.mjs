// The source of the BIRD that is embedded: Debian's source package of the pinned version, fetched through this machine's
// own apt configuration and verified by apt's signatures, or a tarball or folder named by BELLBIRD_BIRD_SOURCE.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { privateApt, release } from './debian-release.mjs';
import { BuildStop, run, say, sha256 } from './steps.mjs';

/** The source package version that builds without a word. */
export const pinnedVersion = '2.17.5-0+deb13u1';
const sourcePackage = 'bird2';

const otherWay = 'or name a BIRD 2.17 source tarball or folder in BELLBIRD_BIRD_SOURCE';

/**
 * Unpacks the source below `folder` and returns { tree, origin, version, files }: the source tree, where it comes from
 * in words, its version, and the files (name, sha256) that anyone needs to build the same again.
 */
export function unpackBirdSource(folder) {
  const given = process.env.BELLBIRD_BIRD_SOURCE;
  return given ? unpackGiven(resolve(given), folder) : unpackDebian(folder);
}

function unpackGiven(path, folder) {
  if (!existsSync(path)) throw new BuildStop(`BELLBIRD_BIRD_SOURCE names ${path}, which does not exist`);
  const tree = join(folder, 'tree');
  mkdirSync(tree, { recursive: true });
  if (statSync(path).isDirectory()) {
    cpSync(path, tree, { recursive: true, verbatimSymlinks: true });
    return { tree, origin: 'a source folder given at build time', version: treeVersion(tree), files: [] };
  }
  run('tar', ['-xf', path, '-C', tree, '--strip-components=1']);
  const files = [{ name: basename(path), sha256: sha256(readFileSync(path)), path }];
  return { tree, origin: 'a source tarball given at build time', version: treeVersion(tree), files };
}

function treeVersion(tree) {
  const version = existsSync(join(tree, 'VERSION')) ? readFileSync(join(tree, 'VERSION'), 'utf8').trim() : '';
  if (!version.startsWith('2.17.')) {
    throw new BuildStop(`BELLBIRD_BIRD_SOURCE holds ${version ? `BIRD ${version}` : 'no BIRD'}, and 2.17.x is needed`);
  }
  return version;
}

function unpackDebian(folder) {
  const apt = privateApt(join(folder, 'apt'), { otherWay: `, ${otherWay}` });
  apt.get(['update']);
  const version = chooseVersion(apt.cache(['showsrc', '--only-source', sourcePackage]));
  const download = join(folder, 'source');
  mkdirSync(download, { recursive: true });
  apt.get(['source', '--download-only', `${sourcePackage}=${version}`], { cwd: download });
  const names = readdirSync(download).sort();
  const description = names.find((name) => name.endsWith('.dsc'));
  // apt has already checked these files against the signed lists; dpkg-source need not know the maintainer's key.
  run('dpkg-source', ['--no-check', '-x', description, join(folder, 'tree')], { cwd: download });
  const files = names.map((name) => ({
    name,
    sha256: sha256(readFileSync(join(download, name))),
    path: join(download, name),
  }));
  const origin = `Debian's source package ${sourcePackage} ${version} (${release})`;
  return { tree: join(folder, 'tree'), origin, version, files };
}

/** The version to build out of what `apt-cache showsrc` lists: the pinned one, else the newest of the same branch. */
export function chooseVersion(listing) {
  const versions = [...listing.matchAll(/^Version: (.+)$/gm)].map((match) => match[1]);
  if (versions.includes(pinnedVersion)) return pinnedVersion;
  const newer = versions
    .filter((version) => version.startsWith('2.17.'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  if (newer === undefined) {
    const found = versions.length > 0 ? versions.join(', ') : 'none';
    throw new BuildStop(
      `${sourcePackage} ${pinnedVersion} is not in this machine's Debian mirror (found: ${found});\n` +
        `use a mirror that carries ${release}, ${otherWay}`,
    );
  }
  say(`warning: ${sourcePackage} ${pinnedVersion} is gone from the Debian mirror, building ${newer} instead`);
  return newer;
}
