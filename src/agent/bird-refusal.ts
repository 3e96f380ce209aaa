// Trouble with BIRD, its files or its socket, as a reason not to start: what happened, and what to do about it.

import type { BirdErrorCode } from '../bgp/index.ts';
import type { Refusal } from './refusal.ts';

const OTHER_FOLDER = 'choose another folder with `--runtime-dir DIR`';

const HELP: Readonly<Record<BirdErrorCode, string>> = {
  'bird-not-running': 'start the agent again: it starts a BIRD of its own',
  'bird-not-answering': `end what holds the socket (\`fuser -v bird.ctl\` in that folder names it), or ${OTHER_FOLDER}`,
  'bird-connection-closed': `end what holds the socket (\`fuser -v bird.ctl\` in that folder names it), or ${OTHER_FOLDER}`,
  'bird-start-failed':
    'repair what the message names; `bellbird run --dry-run` shows the configuration that BIRD is given',
  'bird-binary-missing': 'run `npm run build`, which puts one into the executable',
  'bird-binary-damaged': 'install bellbird again, and compare it with SHA256SUMS',
  'command-refused': 'repair the command',
  'directory-unsafe': `make it a folder of your own with \`chmod 700\`, or ${OTHER_FOLDER}`,
  'directory-not-writable': `make room or give the agent the right to write there, or ${OTHER_FOLDER}`,
  'file-system-noexec': `remount it with \`mount -o remount,exec\` as root, or ${OTHER_FOLDER}`,
  'foreign-config': `move the file away, or ${OTHER_FOLDER}`,
  'path-too-long': 'choose a shorter path with `--runtime-dir DIR`',
};

/** What to tell the operator; a code that is not BIRD's own counts as `bird-failed`. */
export function toBirdRefusal({ code, message }: { readonly code: string; readonly message: string }): Refusal {
  if (isBirdErrorCode(code)) return { code, message, help: HELP[code] };
  return { code: 'bird-failed', message, help: HELP['bird-start-failed'] };
}

function isBirdErrorCode(code: string): code is BirdErrorCode {
  return Object.hasOwn(HELP, code);
}
