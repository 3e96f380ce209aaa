// The source of the BIRD that is embedded: Debian's source package of the pinned version, fetched through this machine's
// own apt configuration and verified by apt's signatures, or a tarball or folder named by BELLBIRD_BIRD_SOURCE.
// Only private lists and caches are used; the machine's own apt state stays as it is.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { BuildStop, run, say, sha256 } from './steps.mjs';

/** The source package version that builds without a word. */
export const pinnedVersion = '2.17.5-0+deb13u1';
/** The Debian release that carries it. */
const release = 'trixie';
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
  const apt = privateApt(join(folder, 'apt'));
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

/** apt-get and apt-cache that see only the sources of the wanted release, in folders of their own. */
function privateApt(folder) {
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
  const list = join(folder, 'sources.list');
  writeFileSync(list, sourceEntries().join('\n').concat('\n'));
  const settings = [
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=-',
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Languages=none',
    // The unprivileged user that apt downloads with cannot reach a private folder.
    ...(process.getuid() === 0 ? ['APT::Sandbox::User=root'] : []),
  ].flatMap((setting) => ['-o', setting]);
  return {
    get: (args, options) => run('apt-get', ['-q', ...settings, ...args], options),
    cache: (args) => run('apt-cache', ['-q', ...settings, ...args]),
  };
}

/** deb-src entries of the wanted release, on the mirrors that this machine takes its own packages from. */
function sourceEntries() {
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = '$(REPO_URI)|$(RELEASE)|$(SIGNED_BY)';
  const targets = run('apt-get', ['indextargets', '--no-release-info', '--format', format, 'Created-By: Packages']);
  const entries = targets.split('\n').flatMap((line) => {
    const [uri = '', suite = '', signedBy = ''] = line.split('|');
    const kind = suite.endsWith('-security') ? '-security' : '';
    const ownSuites = [codename, release, 'stable', 'oldstable', 'testing'].map((name) => `${name}${kind}`);
    if (uri === '' || !ownSuites.includes(suite)) return [];
    return [`deb-src [signed-by=${keyring(signedBy)}] ${uri} ${release}${kind} main`];
  });
  if (entries.length > 0) return [...new Set(entries)];
  throw new BuildStop(`no Debian mirror in this machine's apt configuration;\nadd one, ${otherWay}`);
}

/** The keyring of an entry, where apt tells it and it is a file; else the one of the Debian archive. */
function keyring(signedBy) {
  const archive = ['gpg', 'pgp'].map((extension) => `/usr/share/keyrings/debian-archive-keyring.${extension}`);
  const found = [...(signedBy.startsWith('/') ? [signedBy] : []), ...archive].find((path) => existsSync(path));
  if (found === undefined) throw new BuildStop('the package debian-archive-keyring is missing: install it');
  return found;
}
