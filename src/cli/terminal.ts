// What a stream is good for.

/** Whether to colour what is written to a stream: only on a terminal, and never with NO_COLOR. */
export function isColored(stream: object): boolean {
  const noColor = process.env.NO_COLOR;
  return (noColor === undefined || noColor === '') && isTerminal(stream) && process.env.TERM !== 'dumb';
}

/** Whether a stream is a terminal. */
export function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
