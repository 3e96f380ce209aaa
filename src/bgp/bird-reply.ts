// Bytes from BIRD's control socket → replies. Pure.
// A line is `NNNN-text` (more follows), `NNNN text` (the last of its reply), ` text` (goes on with the code of the line
// before) or `+text` (asynchronous, belongs to no reply). The code of the last line decides how the command ended.

/** One line of a reply. */
export interface ReplyLine {
  readonly code: number;
  readonly text: string;
}

/** What BIRD answered to one command. `text` is the last line's. */
export interface Reply {
  readonly kind: 'done' | 'run-time-error' | 'parse-error';
  /** Code of the last line. */
  readonly code: number;
  readonly text: string;
  readonly lines: readonly ReplyLine[];
}

/** A mistake that BIRD found in a configuration. Line and column are absent for a file it cannot read. */
export interface ConfigError {
  readonly path: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
}

/** Puts replies together from pieces of any size. */
export interface ReplyReader {
  /** Takes the next piece of text and returns the replies it completes. */
  push(text: string): readonly Reply[];
}

/** Reads the replies of one connection, the greeting being the first. */
export function createReplyReader(): ReplyReader {
  let rest = '';
  let lines: ReplyLine[] = [];

  const takeLine = (line: string): Reply | undefined => {
    if (line.startsWith('+')) return undefined;
    const [, digits, mark] = /^(\d{4})([ -])/.exec(line) ?? [];
    if (digits === undefined) {
      const text = line.startsWith(' ') ? line.slice(1) : line;
      lines.push({ code: lines.at(-1)?.code ?? 0, text });
      return undefined;
    }
    lines.push({ code: Number(digits), text: line.slice(5) });
    if (mark === '-') return undefined;
    const reply = toReply(lines);
    lines = [];
    return reply;
  };
  return {
    push: (text) => {
      const complete = (rest + text).split('\n');
      rest = complete.pop() ?? '';
      return complete.flatMap((line) => takeLine(line) ?? []);
    },
  };
}

/** The mistakes that a reply to `configure` or `configure check` lists; empty where it lists none. */
export function configErrorsOf(reply: Reply): readonly ConfigError[] {
  return reply.lines.filter(({ code }) => code === 8002).map(({ text }) => parseConfigError(text));
}

/** Reads `/run/bird.conf:7:35 syntax error, unexpected '}'`, or the same with a file's name only. */
export function parseConfigError(text: string): ConfigError {
  const [, path, line, column, message] = /^(.+?):(?:(\d+):(\d+))?:? (.+)$/.exec(text) ?? [];
  if (path === undefined || message === undefined)
    return { path: '', line: undefined, column: undefined, message: text };
  return { path, line: numberOf(line), column: numberOf(column), message };
}

/** The version in a greeting, `0001 BIRD 2.17.5 ready.`; undefined if it is none. */
export function versionInGreeting(reply: Reply): string | undefined {
  return reply.code === 1 ? /^BIRD (\S+) ready/.exec(reply.text)?.[1] : undefined;
}

function toReply(lines: readonly ReplyLine[]): Reply {
  const { code, text } = lines.at(-1) ?? { code: 0, text: '' };
  const kind = code >= 9000 ? 'parse-error' : code >= 8000 ? 'run-time-error' : 'done';
  return { kind, code, text, lines };
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
