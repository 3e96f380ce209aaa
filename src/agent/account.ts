// Who runs this process. A user id needs no entry in the system's list of users: in containers it often has none, and
// Node's own calls fail then.

import { homedir, userInfo } from 'node:os';

/** A user of this machine. */
export interface Account {
  readonly uid: number;
  /** Absent where the system knows none. */
  readonly name: string | undefined;
  readonly home: string | undefined;
}

/** The user that this process runs as. */
export function currentAccount(): Account {
  const uid = process.getuid?.() ?? 0;
  return { uid, name: known(() => userInfo().username), home: known(homedir) };
}

function known(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
