// The text of `bellbird version --licenses`: every licence and notice that goes with shipping the executable, put
// together from what was really bundled. A bundled package without a licence text stops the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildStop, readJson, root } from './steps.mjs';

const rule = '='.repeat(80);

/** Renders the text; `inputs` are the files of the bundles, as esbuild's metafile names them. */
export function renderLicenses({ version, commit, bird, nodeFolder, nodeVersion, inputs }) {
  const packages = [...new Set(inputs.flatMap(packageOf))].sort().map(describePackage);
  const sections = [
    section('bellbird', ownNotice(version, commit), file(join(root, 'LICENSE'))),
    section(`BIRD ${bird.version}`, birdNotice(bird, commit), file(join(root, 'build/licenses/GPL-2.txt'))),
    section('musl libc (linked into BIRD)', file(join(root, 'build/licenses/musl.txt'))),
    section(`Node.js ${nodeVersion}`, file(join(nodeFolder, 'LICENSE'))),
    ...packages.map(({ name, version, text }) => section(`${name} ${version}`, text)),
  ];
  const titles = sections.map(({ title }) => `  ${title}`);
  return `This executable is made of the parts listed here. Their licences follow in the same order.\n\n${[
    ...titles,
    ...sections.flatMap(({ title, text }) => ['', rule, title, rule, '', text]),
  ].join('\n')}\n`;
}

function section(title, ...texts) {
  return { title, text: texts.map((text) => text.replace(/^\n+|\s+$/g, '')).join('\n\n') };
}

function ownNotice(version, commit) {
  return `bellbird ${version}, commit ${commit}
Copyright 2026 the bellbird authors

Licensed under the Apache License, Version 2.0; the text follows. The licences of the other parts apply to them
alone: BIRD is a separate program that bellbird writes to disk, starts, and talks to over a socket.`;
}

function birdNotice(bird, commit) {
  const files = bird.files.map(({ name, sha256 }) => `  ${sha256}  ${name}`);
  return `BIRD Internet Routing Daemon
Copyright 1998-2008 Martin Mareš, 1998-2019 Ondřej Filip, 1998-2000 Pavel Machek, 2008-2025 Ondřej Zajíček,
2015-2025 Maria Matějka, 1998-2025 CZ.NIC z.s.p.o. and contributors

BIRD is free software under the GNU General Public License, version 2 or (at your option) any later version. It comes
with ABSOLUTELY NO WARRANTY. The text of version 2 follows.

Where the exact source is: this BIRD was built from ${bird.origin}, unchanged${files.length > 0 ? ', SHA-256:' : '.'}
${files.join('\n')}
by build/bird.mjs of bellbird at commit ${commit} with
  ${bird.configure.join('\n  ')}
${linkedPackages(bird)}Every build puts these source files into the folder bird-source beside the executable, and they are published together
with it. On any Debian machine \`apt-get source\` gets them by the name and version above.

Written offer: whoever gave you this executable will, for at least three years from that day, give any third party a
complete machine-readable copy of this source on a customary medium, for no more than the cost of doing so. Ask where
you got the executable.`;
}

/** Where the C library and the kernel headers come from, if not from the machine that BIRD was built on. */
function linkedPackages({ packages = [] }) {
  return packages.length === 0 ? '' : `and with what these Debian packages hold: ${packages.join(', ')}.\n`;
}

/** The package folder that a bundled file belongs to; none for a file of ours. */
function packageOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match === null ? [] : [match[1]];
}

function describePackage(path) {
  const folder = join(root, path);
  const { name, version, license, author } = readJson(join(folder, 'package.json'));
  const names = readdirSync(folder).filter((entry) => /^((un)?licen[cs]e|notice|copying)/i.test(entry));
  const texts = names.sort().map((entry) => file(join(folder, entry)));
  if (texts.length > 0) return { name, version, text: texts.join('\n\n') };
  // The Apache licence asks for its text, which is the one of bellbird above, and for notices, of which there are none.
  if (license !== 'Apache-2.0') throw new BuildStop(`the bundled package ${name} has no licence text`);
  const holder = typeof author === 'object' ? author.name : author;
  return {
    name,
    version,
    text: `Licensed under the Apache License, Version 2.0.${holder ? ` Author: ${holder}` : ''}`,
  };
}

function file(path) {
  if (!existsSync(path)) throw new BuildStop(`the licence text ${path} is missing`);
  return readFileSync(path, 'utf8');
}
