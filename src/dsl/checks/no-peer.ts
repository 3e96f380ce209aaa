// Warns where nobody would hear what is advertised.

import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { wordOf } from '../scope.ts';

/** A policy without a peer is legal, for example while it is being written. */
export function checkNoPeer({ scope: { speaker, sessions } }: Model, report: Report): void {
  const hasPeer = [...sessions.values()].some((session) => session.kind === 'peer');
  if (!hasPeer && speaker !== undefined) report(wordOf(speaker.span, 'speaker'), messages['no-peer']({}));
}
