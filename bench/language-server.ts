// The language server under somebody's fingers: from the notification that a key was pressed to the diagnostics of the
// new text, over the pipes that an editor uses, in a policy of 2,000 lines.

import { setTimeout as pause } from 'node:timers/promises';
import { executable } from '../e2e/lab/agent.ts';
import { type LspClient, startLspClient } from '../src/testing/lsp-client.ts';
import type { Section } from './report.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const LINES = 2_000;
const KEYS = 150;
const WARM_UP = 50;
/** Milliseconds between two keys: faster than people type. */
const BETWEEN_KEYS = 60;
const AIM_MS = 50;

/** Measures keys in a text that stays right, keys in one that is broken, and completion. */
export async function measureLanguageServer(): Promise<Section> {
  const client = await startLspClient({ command: [executable(), 'lsp'] });
  try {
    const opened = performance.now();
    const uri = client.open('/bench/policy.bell', largePolicy());
    await client.diagnostics(uri, 1);
    const first = performance.now() - opened;
    const editor = createEditor(client, uri);
    const right = await typeKeys(editor, '  # a remark that grows ', 'x');
    const broken = await typeKeys(editor, '  ', 'x');
    const completion = await askForItems(editor);
    return toSection(first, { right, broken, completion });
  } finally {
    await client.stop();
  }
}

interface Times {
  readonly right: readonly number[];
  readonly broken: readonly number[];
  readonly completion: readonly number[];
}

function toSection(first: number, { right, broken, completion }: Times): Section {
  const row = (name: string, times: readonly number[]): readonly string[] => [
    name,
    ...[median(times), percentile(times, 0.9), percentile(times, 0.99)].map(renderNumber),
  ];
  const worst = Math.max(...[right, broken, completion].map((times) => percentile(times, 0.9)));
  return {
    title: 'Language server',
    about:
      `A policy of ${LINES.toLocaleString('en')} lines in one file, ${KEYS} keys of each kind after a warm-up of ${WARM_UP}, one every ` +
      `${BETWEEN_KEYS} ms in the middle of the text. From \`didChange\` to \`publishDiagnostics\`, and from the request to the items ` +
      `right behind a key. Times in ms; the first diagnostics of all took ${renderNumber(first)} ms.`,
    columns: ['key', 'median', 'p90', 'p99'],
    rows: [
      row('in a text that checks', right),
      row('in a broken text', broken),
      row('completion behind a key', completion),
    ],
    aims: [
      {
        text: `diagnostics and completion within ${AIM_MS} ms of nine keys in ten: ${renderNumber(worst)} ms`,
        met: worst < AIM_MS,
      },
    ],
  };
}

interface Editor {
  /** Types at the end of the line that is written on, and returns once the diagnostics are there. */
  type(text: string): Promise<void>;
  /** Types, and returns once the items for what was typed are there. */
  complete(text: string): Promise<void>;
  /** Starts a new line in the middle of the text. */
  newLine(text: string): Promise<void>;
}

function createEditor(client: LspClient, uri: string): Editor {
  let version = 1;
  const place = { line: LINES / 2, character: 0 };
  const write = (text: string): void => {
    version++;
    client.change(uri, version, [{ range: { start: { ...place }, end: { ...place } }, text }]);
    place.character += text.length;
  };
  return {
    async type(text) {
      write(text);
      await client.diagnostics(uri, version);
    },
    async complete(text) {
      write(text);
      await client.request('textDocument/completion', { textDocument: { uri }, position: place });
    },
    async newLine(text) {
      place.character = 0;
      write('\n');
      place.character = 0;
      write(text);
      await client.diagnostics(uri, version);
    },
  };
}

async function typeKeys(editor: Editor, start: string, key: string): Promise<readonly number[]> {
  await editor.newLine(start);
  return repeat(() => editor.type(key));
}

async function askForItems(editor: Editor): Promise<readonly number[]> {
  await editor.newLine('');
  return repeat(() => editor.complete('x'));
}

async function repeat(action: () => Promise<void>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + KEYS; round++) {
    await pause(BETWEEN_KEYS);
    const started = performance.now();
    await action();
    times.push(performance.now() - started);
  }
  return times.slice(WARM_UP);
}

/** A policy with a range, a filter, a service block and a peer for each of many racks. */
function largePolicy(): string {
  const lines = ['speaker { as 64512 }', 'let anycast = 64512:100', 'let bogons = 192.168.0.0/16, 172.16.0.0/12', ''];
  for (let rack = 0; lines.length < LINES; rack++) lines.push(...rackLines(rack), '');
  return lines.join('\n');
}

function rackLines(rack: number): readonly string[] {
  const address = `${Math.floor(rack / 250)}.${rack % 250}`;
  return [
    `range vips-${rack} load-balancer-ip 10.${address}.0/24 {`,
    '  community anycast',
    `  med ${rack}`,
    '}',
    `filter to-${rack} {`,
    '  reject if prefix in bogons',
    `  accept if range == vips-${rack} and length <= 32 then community 64512:200`,
    `  accept if community 64512:${rack} and (family == ipv4 or length >= 100)`,
    '}',
    `service shop/app-${rack} where label "tier" == "edge" and traffic-policy == local {`,
    '  require 2 endpoints',
    `  to tor-${rack}`,
    '  prepend 2',
    '}',
    `peer tor-${rack} { address 10.${rack >> 8}.${rack & 255}.1 as 64500 export to-${rack} }`,
  ];
}
