// The agent's log: one event per line on standard error, as JSON for machines or as text for a terminal.
// Every line has a stable `event` beside its message. Passwords are never handed to it.

import { type LevelWithSilent, pino } from 'pino';
import { isoTime } from './time-text.ts';

/** Fields of a log line; `event` is kebab-case and stable. */
export interface LogFields {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** Where the agent says what it does. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** How the log is written. */
export interface LogOptions {
  readonly format: 'json' | 'text';
  readonly level: LogLevel;
  readonly color: boolean;
  readonly write: (line: string) => void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Creates a log that writes whole lines. */
export function createLog(options: LogOptions): Log {
  const level: LevelWithSilent = options.level;
  const write = options.format === 'json' ? options.write : (line: string) => options.write(renderText(line, options));
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** A log that keeps nothing, for one-shot uses of what expects a log. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const LEVEL_COLOR: Readonly<Record<string, string>> = { warn: '33', error: '31', debug: '2' };

/** `20:15:03.120 warn  message [code]` and, indented below, every further line of the message. */
function renderText(line: string, { color }: LogOptions): string {
  const { level, time, msg, code: name } = decodeLine(line);
  const code = color ? LEVEL_COLOR[level] : undefined;
  const word = level.padEnd(5);
  const shown = code === undefined ? word : `\u001b[${code}m${word}\u001b[0m`;
  const message = name === undefined ? msg : `${msg} [${name}]`;
  return `${time.slice(11, 23)} ${shown} ${message.replaceAll('\n', '\n                   ')}\n`;
}

function decodeLine(line: string): { level: string; time: string; msg: string; code: string | undefined } {
  const parsed: unknown = JSON.parse(line);
  const fields: Record<string, unknown> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  const code = typeof fields.code === 'string' ? fields.code : undefined;
  return { level: String(fields.level), time: String(fields.time), msg: String(fields.msg ?? ''), code };
}
