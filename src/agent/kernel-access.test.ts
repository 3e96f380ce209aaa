import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredState } from '../testing/desired.ts';
import { kernelAccessProblems, needsAnotherBird, refuseKernelAccess } from './kernel-access.ts';

const { speaker } = desiredState();
const installing = { ...speaker, installRoutes: true } as const;

test('a policy that leaves the kernel alone needs no capability', () => {
  assert.equal(refuseKernelAccess(speaker, false), undefined);
  assert.deepEqual(kernelAccessProblems(speaker, { agent: false, bird: false }), []);
  assert.equal(needsAnotherBird(speaker, { agent: true, bird: false }), false);
});

test('an agent that lacks the capability does not start, and says what needs it', () => {
  const refusal = refuseKernelAccess(installing, false);
  assert.equal(refusal?.code, 'kernel-not-allowed');
  assert.equal(refusal?.message, '`install routes` needs the capability CAP_NET_ADMIN');
  assert.equal(refuseKernelAccess(installing, true), undefined);
});

test('where the kernel does not say what a process may do, nothing is claimed', () => {
  assert.equal(refuseKernelAccess(installing, undefined), undefined);
  assert.deepEqual(kernelAccessProblems(installing, { agent: undefined, bird: undefined }), []);
});

test('a running agent says whether it or its BIRD lacks the capability', () => {
  const lacking = (access: Parameters<typeof kernelAccessProblems>[1]) =>
    kernelAccessProblems(installing, access).map(({ message }) => /which (.+?) lacks/.exec(message)?.[1]);
  assert.deepEqual(lacking({ agent: false, bird: true }), ['the agent']);
  assert.deepEqual(lacking({ agent: true, bird: false }), ['BIRD']);
  assert.deepEqual(lacking({ agent: true, bird: true }), []);
});

test('a BIRD of an agent that lacked the capability makes room for one that has it', () => {
  assert.equal(needsAnotherBird(installing, { agent: true, bird: false }), true);
  assert.equal(needsAnotherBird(installing, { agent: false, bird: false }), false);
  assert.equal(needsAnotherBird(installing, { agent: true, bird: true }), false);
});
