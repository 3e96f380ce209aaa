// The client of the language server: starts `bellbird lsp` and leaves everything else to it.

const { commands, window, workspace } = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

async function start() {
  const command = workspace.getConfiguration('bellbird').get('path', 'bellbird');
  const server = { command, args: ['lsp'], transport: TransportKind.stdio };
  const documents = ['file', 'untitled'].map((scheme) => ({ language: 'bellbird', scheme }));
  client = new LanguageClient('bellbird', 'bellbird', server, { documentSelector: documents });
  try {
    await client.start();
  } catch (error) {
    const choice = await window.showErrorMessage(
      `bellbird: the language server \`${command} lsp\` does not start (${error.message}). Policies are coloured, but not checked.`,
      'Open Settings',
    );
    if (choice !== undefined) await commands.executeCommand('workbench.action.openSettings', 'bellbird.path');
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.isRunning()) await running.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand('bellbird.restart', restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('bellbird.path')) void restart();
    }),
  );
  await start();
};

exports.deactivate = stop;
