import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTrialFile, type SavedTrial } from './trial-file.ts';

const TRIAL: SavedTrial = {
  policy: 'c0ffee',
  previous: { entries: ['edge.bell'], files: { 'edge.bell': 'speaker { as 64512 }' } },
  up: ['tor-a'],
  withinMs: 60_000,
  until: 1,
};

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'bellbird-trial-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('keeps a trial for the next life of the agent, readable by nobody else, until it is over', (t) => {
  const path = folder(t);
  assert.equal(createTrialFile(path, 'a').write(TRIAL), undefined);
  assert.equal(statSync(join(path, 'trial.json')).mode & 0o777, 0o600);
  const next = createTrialFile(path, 'a');
  assert.deepEqual(next.read(), { ...TRIAL, isOfThisBoot: true });
  assert.equal(next.write({ ...TRIAL, reason: 'a session is lost' }), undefined);
  assert.deepEqual(next.read(), { ...TRIAL, reason: 'a session is lost', isOfThisBoot: true });
  assert.equal(next.write(undefined), undefined);
  assert.deepEqual(readdirSync(path), []);
  assert.equal(next.read(), undefined);
  assert.equal(next.write(undefined), undefined);
});

test('knows a trial of an earlier boot, and of one that nobody can tell', (t) => {
  const path = folder(t);
  createTrialFile(path, 'a').write(TRIAL);
  assert.deepEqual(createTrialFile(path, 'b').read(), { ...TRIAL, isOfThisBoot: false });
  createTrialFile(path, '').write(TRIAL);
  assert.deepEqual(createTrialFile(path, '').read(), { ...TRIAL, isOfThisBoot: false });
});

test('tells a file that is damaged, or of another format', (t) => {
  const path = folder(t);
  const whole = { format: 1, bootId: 'a', ...TRIAL };
  for (const value of [[], { ...whole, format: 2 }, { ...whole, up: [1] }, { ...whole, previous: { entries: [] } }]) {
    writeFileSync(join(path, 'trial.json'), JSON.stringify(value));
    assert.equal(createTrialFile(path, 'a').read(), 'unusable');
  }
  writeFileSync(join(path, 'trial.json'), JSON.stringify(whole).slice(0, 40));
  assert.equal(createTrialFile(path, 'a').read(), 'unusable');
});

test('says why a trial cannot be written down', (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'trial.json', 'x'), { recursive: true });
  const file = createTrialFile(path, 'a');
  assert.match(file.write(TRIAL) ?? '', /directory/);
  assert.match(file.write(undefined) ?? '', /directory/);
});
