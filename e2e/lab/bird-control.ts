// A minimal client for BIRD's control socket, kept apart from the product's own so that the tests judge the product
// with a second pair of eyes. One connection for each command.

import { connect } from 'node:net';

/** Sends one command and returns its reply without the four-digit codes; rejects on a reply that reports a failure. */
export function birdCommand(socket: string, command: string, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let text = '';
    const finish = (outcome: () => void): void => {
      connection.destroy();
      outcome();
    };
    connection.setEncoding('utf8').setTimeout(timeoutMs, () => {
      finish(() => reject(new Error(`BIRD gave no reply to \`${command}\` within ${timeoutMs} ms`)));
    });
    connection.on('error', (error) => finish(() => reject(error)));
    connection.on('close', () => reject(new Error(`BIRD closed the connection during \`${command}\``)));
    connection.on('connect', () => connection.write(`${command}\n`));
    connection.on('data', (chunk: string) => {
      text += chunk;
      const reply = completeReply(text);
      if (reply === undefined) return;
      const failed = /^[89]/.test(reply.code);
      finish(() => (failed ? reject(new Error(`\`${command}\`: ${reply.body}`)) : resolve(reply.body)));
    });
  });
}

/** The reply after the greeting, once its last line (code and a space) is there. */
function completeReply(text: string): { readonly code: string; readonly body: string } | undefined {
  const lines = text.split('\n').slice(1, -1);
  const last = lines.findIndex((line) => /^\d{4} /.test(line));
  if (last < 0) return undefined;
  const body = lines
    .slice(0, last + 1)
    .map((line) => line.replace(/^(\d{4}[- ]| )/, ''))
    .join('\n');
  return { code: lines[last] ?? '', body };
}
