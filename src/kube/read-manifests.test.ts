import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asyncProperty, assert as check, nat, shuffledSubarray } from 'fast-check';
import { readManifests } from './read-manifests.ts';

test('reads the manifests of a folder, sorted by name, and nothing else in it', async () => {
  await withFolder(async (folder) => {
    await mkdir(join(folder, 'deeper.yaml'));
    await writeFile(join(folder, 'deeper.yaml', 'x.yaml'), node('from-a-subfolder'));
    await writeFile(join(folder, 'b.yml'), node('b'));
    await writeFile(join(folder, 'a.json'), '{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}}');
    await writeFile(join(folder, 'c.yaml'), node('c'));
    await symlink('c.yaml', join(folder, 'd.yaml'));
    await writeFile(join(folder, '.hidden.yaml'), node('hidden'));
    await writeFile(join(folder, 'kustomization.yaml'), 'resources: [a.json]\n');
    await writeFile(join(folder, 'notes.txt'), 'not a manifest');
    const { snapshot, problems } = await readManifests([folder]);
    assert.deepEqual([...snapshot.nodes.keys()], ['a', 'b', 'c']);
    assert.deepEqual(problems, [
      { where: `${folder}/d.yaml:1`, message: `Node c stands at ${folder}/c.yaml:1 already; that one is used` },
    ]);
  });
});

test('reads a single file whatever its name, and each file once', async () => {
  await withFolder(async (folder) => {
    const file = join(folder, 'cluster');
    await writeFile(file, node('a'));
    const { snapshot, problems } = await readManifests([file, file]);
    assert.deepEqual([[...snapshot.nodes.keys()], problems], [['a'], []]);
  });
});

test('of an object that stands twice the first counts, and the problem names both places', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'a.yaml'), node('x', '  labels: { rack: a }\n'));
    await writeFile(join(folder, 'b.yaml'), `# second\n${node('x', '  labels: { rack: b }\n')}`);
    const { snapshot, problems } = await readManifests([folder]);
    assert.deepEqual(snapshot.nodes.get('x')?.labels, { rack: 'a' });
    assert.deepEqual(problems, [
      { where: `${folder}/b.yaml:2`, message: `Node x stands at ${folder}/a.yaml:1 already; that one is used` },
    ]);
  });
});

test('leaves out a broken file and a refused object, and reads the rest', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'broken.yaml'), 'kind: "Node\n');
    await writeFile(join(folder, 'good.yaml'), `${node('a')}---\n${node('b', '  labels: { rack: 1 }\n')}`);
    const { snapshot, problems } = await readManifests([folder, join(folder, 'absent.yaml')]);
    assert.deepEqual([...snapshot.nodes.keys()], ['a']);
    assert.deepEqual(
      problems.map(({ where }) => where),
      [`${folder}/absent.yaml`, `${folder}/broken.yaml:2`, `${folder}/good.yaml:10`],
    );
    assert.match(problems[2]?.message ?? '', /^Node b: metadata\.labels\.rack: expected text/);
  });
});

test('says so when a folder has no manifests, or a link leads nowhere', async () => {
  await withFolder(async (folder) => {
    assert.deepEqual((await readManifests([folder])).problems, [
      { where: folder, message: 'the folder has no *.yaml, *.yml or *.json file' },
    ]);
    await symlink('nowhere', join(folder, 'a.yaml'));
    assert.deepEqual((await readManifests([folder])).problems, [
      { where: join(folder, 'a.yaml'), message: 'there is no such file or folder' },
    ]);
  });
});

test('how objects are spread over files and in which order they are named changes nothing', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `node-${index}`);
  const order = shuffledSubarray(names, { minLength: names.length });
  await check(
    asyncProperty(order, nat({ max: 7 }), order, async (objects, cut, files) => {
      await withFolder(async (folder) => {
        const parts = [objects.slice(0, cut), objects.slice(cut)];
        const paths = parts.map((_, index) => join(folder, `${files[index]}.yaml`));
        await Promise.all(paths.map((path, i) => writeFile(path, (parts[i] ?? []).map((x) => node(x)).join('---\n'))));
        const whole = join(folder, 'whole.txt');
        await writeFile(whole, names.map((name) => node(name)).join('---\n'));
        const [spread, reversed, together] = await Promise.all(
          [paths, [...paths].reverse(), [whole]].map((given) => readManifests(given)),
        );
        assert.deepEqual(spread, together);
        assert.deepEqual(reversed, together);
      });
    }),
    { numRuns: 25 },
  );
});

function node(name: string, more = ''): string {
  return `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n${more}`;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbird-manifests-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
