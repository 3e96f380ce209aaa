import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import type { PolicyView } from './policy-view.ts';
import { openPolicy } from './testdata/open-policy.ts';
import { createValidator } from './validator.ts';

const good = openPolicy('speaker { as 64512 }\npeer p { address 192.0.2.1 as 64500 }').file.policy;
const bad = openPolicy('speaker { as 64512 }\npeer p { address 192.0.2.1 as 64500 export x }').file.policy;

let policies: readonly PolicyView[] = [];
let sent: string[] = [];
let failures: unknown[] = [];

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  [policies, sent, failures] = [[], [], []];
});

test('several changes before a run are one run', () => {
  const validator = create();
  policies = [bad];
  for (let change = 0; change < 5; change++) validator.schedule('/policy/edge.bell');
  assert.deepEqual(sent, []);
  mock.timers.tick(1000);
  assert.deepEqual(sent, ['/policy/edge.bell 1']);
});

test('sends only what the editor does not have, and always what was changed', () => {
  const validator = create();
  policies = [bad];
  run(validator, undefined);
  run(validator, undefined);
  run(validator, '/policy/edge.bell');
  policies = [good];
  run(validator, undefined);
  run(validator, undefined);
  assert.deepEqual(sent, ['/policy/edge.bell 1', '/policy/edge.bell 1', '/policy/edge.bell 0']);
});

test('takes diagnostics of files back that belong to no open policy any more', () => {
  const validator = create();
  policies = [bad];
  run(validator, undefined);
  policies = [];
  run(validator, undefined);
  assert.deepEqual(sent, ['/policy/edge.bell 1', '/policy/edge.bell 0']);
});

test('a file of two policies has the errors of either, once', () => {
  const validator = create();
  policies = [bad, bad, good];
  run(validator, undefined);
  assert.deepEqual(sent, ['/policy/edge.bell 1']);
});

test('a file of two policies has the warnings that both have', () => {
  const pale = openPolicy('speaker { as 64512 }\nlet a = 192.0.2.1\npeer p { address 192.0.2.1 as 64500 }').file.policy;
  const validator = create();
  policies = [pale, pale];
  run(validator, undefined);
  policies = [pale, good];
  run(validator, undefined);
  assert.deepEqual(sent, ['/policy/edge.bell 1', '/policy/edge.bell 0']);
});

test('a run that fails is told, and the next one happens', () => {
  const validator = create();
  validator.schedule();
  policies = [bad];
  const { openPolicies } = hooks;
  hooks.openPolicies = () => {
    throw new Error('a bug');
  };
  mock.timers.tick(1000);
  hooks.openPolicies = openPolicies;
  assert.equal(failures.length, 1);
  run(validator, undefined);
  assert.deepEqual(sent, ['/policy/edge.bell 1']);
});

test('nothing runs after it was stopped', () => {
  const validator = create();
  policies = [bad];
  validator.schedule();
  validator.stop();
  mock.timers.tick(1000);
  assert.deepEqual(sent, []);
});

const hooks = { openPolicies: () => policies };

function create() {
  return createValidator({
    openPolicies: () => hooks.openPolicies(),
    publish: (uri, diagnostics) => void sent.push(`${uri} ${diagnostics.length}`),
    display: () => ({ relatedInformation: true, uriOf: String }),
    failed: (error) => void failures.push(error),
  });
}

function run(validator: ReturnType<typeof createValidator>, uri: string | undefined): void {
  validator.schedule(uri);
  mock.timers.tick(1000);
}
