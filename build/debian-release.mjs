// apt on the one Debian release that BIRD's source and the parts of a cross compiler come from, whatever release this
// machine runs: its mirrors, verified by apt's signatures, with private lists and caches. The machine's own apt and
// dpkg state stays as it is.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildStop, run } from './steps.mjs';

/** The Debian release that everything is taken from. */
export const release = 'trixie';

/**
 * apt-get and apt-cache that see only the release, in folders of their own below `folder`: its source packages, or the
 * packages of the Debian architecture `debianArch`. `otherWay` ends the message where there is no mirror.
 */
export function privateApt(folder, { debianArch, otherWay }) {
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
  const [list, status] = [join(folder, 'sources.list'), join(folder, 'status')];
  writeFileSync(list, sourceEntries(debianArch, otherWay).join('\n').concat('\n'));
  writeFileSync(status, '');
  const settings = [
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=-',
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Languages=none',
    // Another architecture is asked for as if the machine were of that kind, with nothing installed.
    ...(debianArch === undefined
      ? []
      : [`Dir::State::Status=${status}`, `APT::Architecture=${debianArch}`, `APT::Architectures=${debianArch}`]),
    // The unprivileged user that apt downloads with cannot reach a private folder.
    ...(process.getuid() === 0 ? ['APT::Sandbox::User=root'] : []),
  ].flatMap((setting) => ['-o', setting]);
  return {
    get: (args, options) => run('apt-get', ['-q', ...settings, ...args], options),
    cache: (args) => run('apt-cache', ['-q', ...settings, ...args]),
  };
}

/** Entries of the release, on the mirrors that this machine takes its own packages from. */
function sourceEntries(debianArch, otherWay) {
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = '$(REPO_URI)|$(RELEASE)|$(SIGNED_BY)';
  const targets = run('apt-get', ['indextargets', '--no-release-info', '--format', format, 'Created-By: Packages']);
  const entries = renderEntries(targets, { codename, debianArch, keyring });
  if (entries.length > 0) return entries;
  throw new BuildStop(`no Debian mirror in this machine's apt configuration;\nadd one${otherWay ?? ''}`);
}

/**
 * The entries for what apt lists as its own targets, one `URI|suite|keyring` a line: those of Debian's suites, turned
 * to the release. Sources where no architecture is named.
 */
export function renderEntries(targets, { codename, debianArch, keyring }) {
  const entries = targets.split('\n').flatMap((line) => {
    const [uri = '', suite = '', signedBy = ''] = line.split('|');
    const kind = suite.endsWith('-security') ? '-security' : '';
    const ownSuites = [codename, release, 'stable', 'oldstable', 'testing'].map((name) => `${name}${kind}`);
    if (uri === '' || !ownSuites.includes(suite)) return [];
    const [type, arch] = debianArch === undefined ? ['deb-src', ''] : ['deb', `arch=${debianArch} `];
    return [`${type} [${arch}signed-by=${keyring(signedBy)}] ${uri} ${release}${kind} main`];
  });
  return [...new Set(entries)];
}

/** The keyring of an entry, where apt tells it and it is a file; else the one of the Debian archive. */
function keyring(signedBy) {
  const archive = ['gpg', 'pgp'].map((extension) => `/usr/share/keyrings/debian-archive-keyring.${extension}`);
  const found = [...(signedBy.startsWith('/') ? [signedBy] : []), ...archive].find((path) => existsSync(path));
  if (found === undefined) throw new BuildStop('the package debian-archive-keyring is missing: install it');
  return found;
}
