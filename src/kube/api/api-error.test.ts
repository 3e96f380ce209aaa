import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiFailure, errorFromEvent, errorFromStatus } from './api-error.ts';

test('sorts an answer by what helps', () => {
  const rows: readonly (readonly [number, ApiFailure])[] = [
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [410, 'gone'],
    [429, 'throttled'],
    [500, 'server'],
    [503, 'server'],
    [301, 'broken'],
  ];
  for (const [status, failure] of rows) assert.equal(errorFromStatus(status, '', undefined).failure, failure);
});

test('tells a version that is not there yet from a server that is slow', () => {
  const body =
    '{"message":"Timeout: Too large resource version: 9, current: 8","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}}';
  assert.equal(errorFromStatus(504, body, undefined).failure, 'too-new');
  assert.equal(errorFromStatus(504, '{"message":"Timeout"}', undefined).failure, 'server');
});

test('says what the server says, in one line', () => {
  assert.equal(
    errorFromStatus(403, '{"message":"nodes is forbidden"}', undefined).message,
    'HTTP 403: nodes is forbidden',
  );
  assert.equal(
    errorFromStatus(502, '<html>\n<h1>Bad\tGateway</h1></html>', undefined).message,
    'HTTP 502: Bad Gateway',
  );
  assert.equal(errorFromStatus(502, '', undefined).message, 'HTTP 502: no explanation');
  assert.equal(errorFromStatus(500, 'x'.repeat(5_000), undefined).message.length, 311);
});

test('knows how long the server asks to wait', () => {
  assert.equal(errorFromStatus(429, '', '3').retryAfterMs, 3_000);
  assert.equal(errorFromStatus(429, '{"details":{"retryAfterSeconds":5}}', undefined).retryAfterMs, 5_000);
  assert.equal(errorFromStatus(429, '', 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterMs, undefined);
});

test('takes an error inside a watch that says nothing for a failure of the server', () => {
  assert.equal(errorFromEvent({ code: 410, message: 'x' }).failure, 'gone');
  assert.equal(errorFromEvent(undefined).failure, 'server');
});
