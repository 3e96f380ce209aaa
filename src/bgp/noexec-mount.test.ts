import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noexecMount } from './noexec-mount.ts';

test('finds the mount that forbids programs', () => {
  const mounts = [
    '1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '2 1 0:5 / /run rw,nosuid,noexec - tmpfs tmpfs rw',
    '3 2 0:6 / /run/user\\0401000 rw - tmpfs tmpfs rw',
    '4 1 0:7 / /srv rw,noexec - tmpfs tmpfs rw',
    '5 4 0:8 / /srv rw - tmpfs tmpfs rw',
  ].join('\n');
  assert.equal(noexecMount('/run/bellbird/bird', mounts), '/run');
  assert.equal(noexecMount('/run/user 1000/bird', mounts), undefined);
  assert.equal(noexecMount('/runner/bird', mounts), undefined);
  assert.equal(noexecMount('/srv/bird', mounts), undefined, 'the last mount of a point hides the others');
});
