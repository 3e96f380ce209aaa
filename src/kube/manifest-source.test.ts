import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Change, Snapshot } from '../engine/snapshot.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { CONFIRM_MS, createManifestSource, QUIET_MS, RESYNC_MS } from './manifest-source.ts';
import type { Source, SourceProblem } from './source.ts';
import { type WatchPath, watchPath } from './watch-path.ts';

test('hands over a complete snapshot, then what changes in a file that is written in place', async () => {
  await following({ 'a.yaml': node('a'), 'b.yaml': node('b') }, async ({ folder, seen, settle }) => {
    assert.deepEqual(await seen.snapshot(), ['a', 'b']);
    await writeFile(join(folder, 'b.yaml'), node('b', 'rack-2'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node b rack-2']);
  });
});

test('sees new files, and editors that write beside a file and rename over it', async () => {
  await following({ 'a.yaml': node('a') }, async ({ folder, seen, settle }) => {
    await seen.snapshot();
    await writeFile(join(folder, 'b.yaml'), node('b'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node b']);
    await writeFile(join(folder, '.a.yaml.tmp'), node('a', 'rack-2'));
    await rename(join(folder, '.a.yaml.tmp'), join(folder, 'a.yaml'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
  });
});

test('sees the swap of a symbolic link, as a mounted ConfigMap is updated', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellbird-source-'));
  for (const [version, rack] of [
    ['..one', 'rack-1'],
    ['..two', 'rack-2'],
  ] as const) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, 'a.yaml'), node('a', rack));
  }
  await symlink('..one', join(folder, '..data'));
  await symlink('..data/a.yaml', join(folder, 'a.yaml'));
  await followingPath(folder, folder, async ({ seen, settle }) => {
    assert.deepEqual(await seen.snapshot(), ['a rack-1']);
    await symlink('..two', join(folder, '..tmp'));
    await rename(join(folder, '..tmp'), join(folder, '..data'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
  });
});

test('a change to what the engine does not read is no change', async () => {
  await following({ 'a.yaml': node('a') }, async ({ folder, seen, settle, look }) => {
    await seen.snapshot();
    await writeFile(join(folder, 'a.yaml'), `${node('a')}status:\n  phase: Running\n`);
    await settle();
    await look();
    await writeFile(join(folder, 'a.yaml'), node('a', 'rack-2'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
  });
});

test('a broken file keeps its last readable content, and says why once and when it is over', async () => {
  await following({ 'a.yaml': node('a'), 'b.yaml': node('b') }, async ({ folder, seen, settle }) => {
    await seen.snapshot();
    await writeFile(join(folder, 'a.yaml'), 'kind: "Node\n');
    await settle();
    const problem = await seen.problem();
    assert.equal(problem.where, `${folder}/a.yaml:2`);
    assert.match(problem.message, /quote; its last readable content stays in effect$/);
    await writeFile(join(folder, 'b.yaml'), node('b', 'rack-2'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node b rack-2']);
    await writeFile(join(folder, 'a.yaml'), node('a', 'rack-2'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
    assert.deepEqual([seen.problems, seen.over], [[], [problem]]);
  });
});

test('an object that no longer decodes keeps its last readable version, and the others of its file change', async () => {
  await following({ 'a.yaml': `${node('a')}---\n${node('b')}` }, async ({ folder, seen, settle }) => {
    await seen.snapshot();
    await writeFile(join(folder, 'a.yaml'), `${node('a', '[]')}---\n${node('b', 'rack-2')}---\n${node('c', '[]')}`);
    await settle();
    assert.match((await seen.problem()).message, /^Node a: .*; its last readable version stays in effect$/);
    assert.match((await seen.problem()).message, /^Node c: .*; it is left out$/);
    assert.deepEqual(await seen.changes(), ['upserted Node b rack-2']);
  });
});

for (const [what, spoil] of [
  ['emptied', (path: string) => writeFile(path, '')],
  ['deleted', (path: string) => unlink(path)],
] as const) {
  test(`withdraws the objects of a file that is ${what} only after a second look`, async () => {
    await following({ 'a.yaml': node('a'), 'b.yaml': node('b') }, async ({ folder, seen, settle, clock }) => {
      await seen.snapshot();
      await spoil(join(folder, 'a.yaml'));
      await settle();
      assert.match((await seen.problem()).message, /; it is read again before anything is withdrawn$/);
      assert.deepEqual(seen.changeLists, []);
      await clock.waiting(CONFIRM_MS);
      clock.advance(CONFIRM_MS);
      assert.deepEqual(await seen.changes(), ['deleted Node a']);
    });
  });

  test(`withdraws nothing when a file that was ${what} is whole again before the second look`, async () => {
    await following({ 'a.yaml': node('a') }, async ({ folder, seen, settle, clock }) => {
      await seen.snapshot();
      await spoil(join(folder, 'a.yaml'));
      await settle();
      await seen.problem();
      await writeFile(join(folder, 'a.yaml'), node('a', 'rack-2'));
      await clock.waiting(CONFIRM_MS);
      clock.advance(CONFIRM_MS);
      assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
    });
  });
}

test('a folder that vanishes is looked at again before its objects go, and followed when it is back', async () => {
  await following({ 'a.yaml': node('a') }, async ({ folder, seen, settle, clock }) => {
    await seen.snapshot();
    await rename(folder, `${folder}-away`);
    await settle();
    await seen.problem();
    await clock.waiting(CONFIRM_MS);
    clock.advance(CONFIRM_MS);
    assert.deepEqual(await seen.changes(), ['deleted Node a']);
    await rename(`${folder}-away`, folder);
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a']);
  });
});

test('an object that moves to another file is neither withdrawn nor reported twice', async () => {
  await following({ 'a.yaml': node('a') }, async ({ folder, seen, settle, clock }) => {
    await seen.snapshot();
    await rename(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
    await settle();
    await clock.waiting(CONFIRM_MS);
    clock.advance(CONFIRM_MS);
    await writeFile(join(folder, 'b.yaml'), node('a', 'rack-2'));
    await settle();
    assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
    assert.ok(seen.problems.every(({ message }) => !message.includes('already')));
  });
});

test('gives no snapshot before every file could be read', async () => {
  await following({ 'a.yaml': node('a'), 'b.yaml': 'kind: "Node\n' }, async ({ folder, seen, settle }) => {
    assert.match((await seen.problem()).message, /; the cluster is not complete before it can be read$/);
    assert.deepEqual(seen.snapshots, []);
    await writeFile(join(folder, 'b.yaml'), node('b'));
    await settle();
    assert.deepEqual(await seen.snapshot(), ['a', 'b']);
  });
});

test('waits for a path that is not there yet', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'bellbird-source-'));
  const file = join(parent, 'cluster.yaml');
  await followingPath(parent, file, async ({ seen, settle }) => {
    assert.deepEqual(await seen.problem(), {
      where: file,
      message: 'there is no such file or folder; the cluster is not complete before it can be read',
    });
    await writeFile(file, node('a'));
    await settle();
    assert.deepEqual(await seen.snapshot(), ['a']);
  });
});

test('takes a blank file or an empty folder for an empty cluster only after a second look', async () => {
  for (const files of [{ 'a.yaml': '' }, {}]) {
    await following(files, async ({ seen, clock }) => {
      await seen.problem();
      await clock.waiting(CONFIRM_MS);
      assert.deepEqual(seen.snapshots, []);
      clock.advance(CONFIRM_MS);
      assert.deepEqual(await seen.snapshot(), []);
    });
  }
});

test('finds a change that no notice came for', async () => {
  await following(
    { 'a.yaml': node('a') },
    async ({ folder, seen, clock }) => {
      await seen.snapshot();
      await writeFile(join(folder, 'a.yaml'), node('a', 'rack-2'));
      clock.advance(RESYNC_MS);
      assert.deepEqual(await seen.changes(), ['upserted Node a rack-2']);
    },
    'deaf',
  );
});

test('makes no call and keeps no wait after it was stopped', async () => {
  await following({ 'a.yaml': node('a') }, async ({ folder, seen, source, clock }) => {
    await seen.snapshot();
    await writeFile(join(folder, 'a.yaml'), node('a', 'rack-2'));
    await source.stop();
    clock.advance(RESYNC_MS);
    assert.deepEqual([clock.pending(), seen.changeLists, seen.problems], [0, [], []]);
  });
});

function node(name: string, rack?: string): string {
  const labels = rack === undefined ? '' : `  labels:\n    rack: ${rack}\n`;
  return `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n${labels}`;
}

/** What a source has told, oldest first; each method takes one away, and waits for it if there is none. */
class Seen {
  readonly snapshots: Snapshot[] = [];
  readonly changeLists: (readonly Change[])[] = [];
  readonly problems: SourceProblem[] = [];
  readonly over: SourceProblem[] = [];
  readonly #told = new EventEmitter();

  readonly observer = {
    onSnapshot: (snapshot: Snapshot) => this.#add(this.snapshots, snapshot),
    onChanges: (changes: readonly Change[]) => this.#add(this.changeLists, changes),
    onProblem: (problem: SourceProblem) => this.#add(this.problems, problem),
    onProblemOver: (problem: SourceProblem) => this.#add(this.over, problem),
  };

  async snapshot(): Promise<readonly string[]> {
    return [...(await this.#take(this.snapshots)).nodes.values()].map(({ name, labels }) =>
      [name, labels.rack].join(' ').trim(),
    );
  }

  async changes(): Promise<readonly string[]> {
    return (await this.#take(this.changeLists)).map((change) => {
      if (change.kind === 'deleted') return `deleted ${change.objectKind} ${change.key}`;
      const rack = change.object.kind === 'Node' ? (change.object.labels.rack ?? '') : '';
      return `upserted ${change.object.kind} ${change.object.name} ${rack}`.trim();
    });
  }

  problem(): Promise<SourceProblem> {
    return this.#take(this.problems);
  }

  #add<T>(list: T[], item: T): void {
    list.push(item);
    this.#told.emit('told');
  }

  async #take<T>(list: T[]): Promise<T> {
    for (;;) {
      const item = list.shift();
      if (item !== undefined) return item;
      await once(this.#told, 'told');
    }
  }
}

interface Following {
  readonly folder: string;
  readonly source: Source;
  readonly seen: Seen;
  readonly clock: ManualClock;
  /** Waits until a change was noticed, and lets the quiet time pass. */
  settle(): Promise<void>;
  /** Lets everything be looked at again. */
  look(): Promise<void>;
}

type Hearing = 'hearing' | 'deaf';

async function following(
  files: Readonly<Record<string, string>>,
  use: (following: Following) => Promise<void>,
  hearing: Hearing = 'hearing',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbird-source-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await followingPath(folder, folder, use, hearing);
}

async function followingPath(
  folder: string,
  path: string,
  use: (following: Following) => Promise<void>,
  hearing: Hearing = 'hearing',
): Promise<void> {
  const clock = createManualClock();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const watch: WatchPath = (watched, observer) => {
    if (hearing === 'hearing') return watchPath(watched, { ...observer, onReady: resolve });
    resolve();
    return { close: async () => {} };
  };
  const source = createManifestSource(path, { clock, watch });
  const seen = new Seen();
  const settle = async () => {
    await clock.waiting(QUIET_MS);
    clock.advance(QUIET_MS);
  };
  const look = async () => clock.advance(RESYNC_MS);
  source.start(seen.observer);
  // A change before the watch stands is found by the look that follows; the tests are about those after it.
  await ready;
  try {
    await use({ folder, source, seen, clock, settle, look });
  } finally {
    await source.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
