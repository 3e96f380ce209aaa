// Whether programs can be started from a folder, as the list of mounts tells it. Pure.

import { dirname } from 'node:path';

/** The point of the mount that a path lies on if programs cannot be started from it, in the form of mountinfo(5). */
export function noexecMount(path: string, mountinfo: string): string | undefined {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [, , , , point, options] = line.split(' ');
    if (point === undefined || options === undefined) return [];
    // The kernel writes spaces inside a path as `\040`.
    const plain = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return [{ point: plain, isNoexec: options.split(',').includes('noexec') }];
  });
  for (let folder = path; ; folder = dirname(folder)) {
    const mount = mounts.findLast(({ point }) => point === folder);
    if (mount !== undefined) return mount.isNoexec ? mount.point : undefined;
    if (folder === '/') return undefined;
  }
}
