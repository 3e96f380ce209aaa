// One GET of a `wait-for`. Only the status of the answer counts.

import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { messageOf } from '../unknown.ts';

const LIMIT_MS = 2_000;

/** Why a URL does not answer 200; undefined if it does. A redirect is not followed: it is no 200. Never rejects. */
export function askUrl(url: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const get = url.startsWith('https:') ? getHttps : getHttp;
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const request = get(url, { agent: false, signal }, (response) => {
      response.destroy();
      resolve(response.statusCode === 200 ? undefined : `HTTP ${response.statusCode}`);
    });
    request.on('error', (error) => resolve(signal.aborted ? `no answer within ${LIMIT_MS / 1000} s` : error.message));
  } catch (error) {
    resolve(messageOf(error));
  }
  return promise;
}
