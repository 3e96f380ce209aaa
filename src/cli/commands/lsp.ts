// `bellbird lsp`: the language server on stdin and stdout. It is a part of its own that only this command loads; what it
// may not know about, the disk and manifests, is handed to it here.

import type { Command } from 'commander';
import { createDiskHost } from '../../agent/policy-files.ts';
import { version } from '../../build-info.ts';
import type { Snapshot } from '../../engine/index.ts';
import type { Fixtures } from '../../language-server/index.ts';
import { addExamples } from '../options.ts';

const examples = ['bellbird lsp', 'bellbird lsp --stdio'];

/** Defines `lsp`. */
export function defineLsp(command: Command): void {
  command.description(
    'Language server for editors: diagnostics, completion, hover, navigation, rename and formatting. Speaks the language server protocol on stdin and stdout; an editor starts it.',
  );
  command.option('--stdio', 'talk on stdin and stdout, which is the only way there is');
  command.option('--clientProcessId <pid>', 'end when the process with this id is gone');
  addExamples(command, examples, '0 the editor shut it down, 1 the editor is gone without doing so, 2 usage error');
  command.action(async () => {
    const { startLanguageServer } = await import('../../language-server/index.ts');
    startLanguageServer({
      input: process.stdin,
      output: process.stdout,
      version,
      createDisk: createDiskHost,
      readFixtures,
    });
    // The server ends the process itself.
    await new Promise(() => undefined);
  });
}

async function readFixtures(paths: readonly string[]): Promise<Fixtures> {
  const { readManifests } = await import('../../kube/index.ts');
  return toFixtures((await readManifests(paths)).snapshot);
}

function toFixtures({ nodes, services }: Snapshot): Fixtures {
  return { nodes: [...nodes.values()], services: [...services.values()] };
}
