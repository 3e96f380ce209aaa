// The BIRD inside this executable, as src/bgp wants it.

import { toBirdRefusal } from '../agent/bird-refusal.ts';
import { BirdError, type BirdImage } from '../bgp/index.ts';
import { birdSha256, birdVersion, readEmbeddedBird } from '../build-info.ts';
import { CliError } from './exit-code.ts';

/** The embedded BIRD. Throws where there is none, which happens only in a checkout that was never built. */
export function requireBirdImage(): BirdImage {
  if (birdSha256 === undefined) {
    throw new CliError({
      code: 'bird-missing',
      message: 'this is a checkout without a BIRD',
      help: 'run `npm run build`, or name an executable of BIRD 2.17 in the variable BELLBIRD_BIRD',
    });
  }
  return { version: birdVersion, sha256: birdSha256, read: readEmbeddedBird };
}

/** Tells trouble with BIRD as what it is: not a bug, but something to repair. */
export async function withBird<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (!(error instanceof BirdError)) throw error;
    throw new CliError(toBirdRefusal(error));
  }
}
