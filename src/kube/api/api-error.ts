// Everything that can go wrong between bellbird and the API server, sorted by what to do about it.

import { isRecord } from '../../unknown.ts';

/** Sorted by what helps: another try soon, another try later, a new list, other credentials, or a person. */
export type ApiFailure =
  /** No connection, or a broken one. */
  | 'unreachable'
  /** Connected, but silent for longer than a living server is. */
  | 'stalled'
  /** A watch that ended as soon as it began. */
  | 'closed'
  /** The kubeconfig, token, certificate or exec plugin cannot be read or run. */
  | 'credentials'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** The version asked for is no longer kept: list again. */
  | 'gone'
  /** The version asked for has not reached this server, or never will after a restore. */
  | 'too-new'
  | 'throttled'
  /** Any other answer in the 400s. */
  | 'rejected'
  /** An answer in the 500s. */
  | 'server'
  /** An answer that is not what the API promises. */
  | 'broken';

/** A request that did not work out. */
export class ApiError extends Error {
  readonly failure: ApiFailure;
  /** HTTP status, or the code of an error inside a watch. */
  readonly status: number | undefined;
  /** What the server asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: ApiFailure, message: string, details: { status?: number; retryAfterMs?: number } = {}) {
    super(message);
    this.name = 'ApiError';
    this.failure = failure;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The error for an HTTP status and the body that came with it, usually a Status object. */
export function errorFromStatus(status: number, body: string, retryAfter: string | undefined): ApiError {
  const parsed = parseStatus(body);
  const wait = readRetryAfter(retryAfter) ?? parsed?.retryAfterMs;
  const message = parsed?.message ?? plainText(body) ?? 'no explanation';
  return new ApiError(sortStatus(status, parsed?.causes ?? []), `HTTP ${status}: ${message}`, {
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** The error for the object of an ERROR event inside a watch. */
export function errorFromEvent(object: unknown): ApiError {
  const status = isRecord(object) && typeof object.code === 'number' ? object.code : 500;
  return errorFromStatus(status, JSON.stringify(object ?? {}), undefined);
}

function sortStatus(status: number, causes: readonly string[]): ApiFailure {
  if (causes.includes('ResourceVersionTooLarge')) return 'too-new';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 410:
      return 'gone';
    case 429:
      return 'throttled';
    default:
      return status >= 500 ? 'server' : status >= 400 ? 'rejected' : 'broken';
  }
}

interface ParsedStatus {
  readonly message: string | undefined;
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;
}

function parseStatus(body: string): ParsedStatus | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const details = isRecord(value.details) ? value.details : {};
  const causes = Array.isArray(details.causes) ? details.causes : [];
  const seconds = details.retryAfterSeconds;
  return {
    message: typeof value.message === 'string' && value.message !== '' ? clip(value.message) : undefined,
    causes: causes.flatMap((cause) => (isRecord(cause) && typeof cause.reason === 'string' ? [cause.reason] : [])),
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  };
}

/** Retry-After in seconds; its date form is not used by API servers. */
function readRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : undefined;
}

// A proxy's error page can be anything: one short line of it is enough.
function plainText(body: string): string | undefined {
  const line = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line === '' ? undefined : clip(line);
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
