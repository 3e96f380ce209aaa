// Test helper: runs the commands that a page shows in its console blocks, and puts what they print now into the page.

import assert from 'node:assert/strict';
import { run } from '../cli/cli.ts';
import { codeBlocks, replaceBlocks } from './markdown.ts';

/** What a command printed, on either stream, and how it ended. */
export interface Replayed {
  readonly output: string;
  readonly exitCode: number;
}

/** The page with the output of every `$ bellbird …` as it is now, run in the folder. */
export async function replayPage(page: string, folder: string): Promise<string> {
  const blocks = codeBlocks(page).filter(({ words }) => words[0] === 'console');
  assert.ok(blocks.length > 0, 'the page shows no command');
  const texts = new Map<(typeof blocks)[number], string>();
  for (const block of blocks) texts.set(block, await replayBlock(block.text, folder));
  return replaceBlocks(page, texts);
}

/** A block of commands with what they print now. */
export async function replayBlock(block: string, folder: string): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const parts: string[] = [];
  for (const line of commands) {
    const { output } = await runCommand(line.slice(2), folder);
    parts.push(`${line}\n${output}`);
  }
  return parts.join('');
}

/** Runs a command line of bellbird in a folder, in this process. */
export async function runCommand(line: string, folder: string): Promise<Replayed> {
  const [program, ...args] = line.split(' ');
  assert.equal(program, 'bellbird');
  const written = { stdout: '', stderr: '' };
  const before = process.cwd();
  process.chdir(folder);
  try {
    const exitCode = await run(args, {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    });
    return { output: written.stdout + written.stderr, exitCode };
  } finally {
    process.chdir(before);
  }
}
