import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { configErrorsOf, createReplyReader, parseConfigError, versionInGreeting } from './bird-reply.ts';

const STATUS = [
  '1000-BIRD 2.17.5',
  '1011-Router ID is 192.0.2.1',
  ' Hostname is worker-1',
  '0013 Daemon is up and running',
  '',
].join('\n');

test('a continuation line has the code of the line before', () => {
  const [reply] = createReplyReader().push(STATUS);
  assert.deepEqual(reply, {
    kind: 'done',
    code: 13,
    text: 'Daemon is up and running',
    lines: [
      { code: 1000, text: 'BIRD 2.17.5' },
      { code: 1011, text: 'Router ID is 192.0.2.1' },
      { code: 1011, text: 'Hostname is worker-1' },
      { code: 13, text: 'Daemon is up and running' },
    ],
  });
});

test('the last line decides, whatever the codes before it', () => {
  const read = (text: string) =>
    createReplyReader()
      .push(text)
      .map(({ kind, code, text: last }) => ({ kind, code, last }));
  assert.deepEqual(read('0015-peer1: reloading\n0000 \n'), [{ kind: 'done', code: 0, last: '' }]);
  assert.deepEqual(read('0002-Reading\n8002 /run/x:4:1 syntax error\n'), [
    { kind: 'run-time-error', code: 8002, last: '/run/x:4:1 syntax error' },
  ]);
  assert.deepEqual(read('9001 syntax error, unexpected HELP\n'), [
    { kind: 'parse-error', code: 9001, last: 'syntax error, unexpected HELP' },
  ]);
  // `show threads` of BIRD 3 ends in a line of its table.
  assert.deepEqual(read('1027-Thread  Age\n1027 Main 1\n'), [{ kind: 'done', code: 1027, last: 'Main 1' }]);
});

test('asynchronous lines belong to no reply', () => {
  const replies = createReplyReader().push('+Config timeout expired, starting undo\n0003-a\n+log\n0000 \n');
  assert.deepEqual(
    replies.map(({ lines }) => lines),
    [
      [
        { code: 3, text: 'a' },
        { code: 0, text: '' },
      ],
    ],
  );
});

test('several replies in one piece come apart', () => {
  const replies = createReplyReader().push('0001 BIRD 2.17.5 ready.\n0023 3\n0000 \n');
  assert.deepEqual(
    replies.map(({ text }) => text),
    ['BIRD 2.17.5 ready.', '3', ''],
  );
});

test('empty continuation lines and lines of a tab stay part of the reply', () => {
  const [reply] = createReplyReader().push('1007-\n \n1008-\tType: static univ\n \tBGP.origin: IGP\n0000 \n');
  assert.deepEqual(
    reply?.lines.map(({ text }) => text),
    ['', '', '\tType: static univ', '\tBGP.origin: IGP', ''],
  );
});

test('how the bytes are cut does not matter', () => {
  const whole = createReplyReader().push(STATUS + STATUS);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: STATUS.length * 2 })), (cuts) => {
      const reader = createReplyReader();
      const points = [0, ...cuts.toSorted((a, b) => a - b), STATUS.length * 2];
      const text = STATUS + STATUS;
      const replies = points.slice(1).flatMap((end, index) => reader.push(text.slice(points[index], end)));
      assert.deepEqual(replies, whole);
    }),
  );
});

test('mistakes in a configuration come with their place', () => {
  assert.deepEqual(parseConfigError("/run/bird.conf:7:35 syntax error, unexpected '}'"), {
    path: '/run/bird.conf',
    line: 7,
    column: 35,
    message: "syntax error, unexpected '}'",
  });
  assert.deepEqual(parseConfigError('/nonexistent.conf: No such file or directory'), {
    path: '/nonexistent.conf',
    line: undefined,
    column: undefined,
    message: 'No such file or directory',
  });
  assert.deepEqual(parseConfigError('something else'), {
    path: '',
    line: undefined,
    column: undefined,
    message: 'something else',
  });
  const [reply] = createReplyReader().push('0002-Reading configuration from /run/x\n8002 /run/x:1:1 bad\n');
  assert.ok(reply !== undefined);
  assert.deepEqual(
    configErrorsOf(reply).map(({ message }) => message),
    ['bad'],
  );
});

test('the greeting gives the version, and nothing else does', () => {
  const [greeting, other] = createReplyReader().push('0001 BIRD 3.1.7 ready.\n0000 BIRD 3.1.7 ready.\n');
  assert.ok(greeting !== undefined && other !== undefined);
  assert.equal(versionInGreeting(greeting), '3.1.7');
  assert.equal(versionInGreeting(other), undefined);
});
