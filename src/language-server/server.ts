// The wiring of the language server: connection, documents and events to the features, one file each. Ends the process
// when the editor says so or is gone, as the protocol asks: 0 after `shutdown`, else 1.

import {
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  LSPErrorCodes,
  Message,
  type Position,
  ResponseError,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SourceHost } from '../dsl/editor.ts';
import { abilitiesOf, CAPABILITIES, type EditorAbilities, foldersOf } from './capabilities.ts';
import { codeActionsAt } from './code-actions.ts';
import { completionsAt } from './completion.ts';
import { definitionsAt } from './definition.ts';
import { findPolicies } from './find-policies.ts';
import { createFixtureCache, type ReadFixtures } from './fixtures.ts';
import { foldingRangesOf } from './folding.ts';
import { format } from './formatting.ts';
import { hoverAt } from './hover.ts';
import type { FileView } from './policy-view.ts';
import { offsetOf } from './positions.ts';
import { highlightsAt, referencesAt } from './references.ts';
import { renameAt, renameableAt } from './rename.ts';
import { semanticTokensOf } from './semantic-tokens.ts';
import { findSymbols, symbolsOf } from './symbols.ts';
import { pathOf } from './uris.ts';
import { createValidator, type Validator } from './validator.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** What the server is given. */
export interface LanguageServerOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly version: string;
  /** A host that reads the disk anew. */
  readonly createDisk: () => SourceHost;
  readonly readFixtures: ReadFixtures;
}

/** Everything the handlers share. */
interface Session {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly workspace: Workspace;
  readonly validator: Validator;
  readonly fixtures: ReturnType<typeof createFixtureCache>;
  /** Set by `initialize`. */
  abilities: EditorAbilities;
  folders: readonly string[];
}

/** Serves an editor until it ends the process. */
export function startLanguageServer(options: LanguageServerOptions): void {
  const session = createSession(options);
  wireLife(session, options.version);
  wireDocuments(session);
  wireCompletion(session);
  wireReading(session);
  wireEditing(session);
  session.documents.listen(session.connection);
  session.connection.listen();
}

function createSession({ input, output, createDisk, readFixtures }: LanguageServerOptions): Session {
  const connection = createConnection(input, output, {
    connectionStrategy: {
      // A request that is cancelled before it was looked at costs nothing.
      cancelUndispatched: (message) =>
        Message.isRequest(message)
          ? { jsonrpc: '2.0', id: message.id, error: { code: LSPErrorCodes.RequestCancelled, message: 'cancelled' } }
          : undefined,
    },
  });
  const workspace = createWorkspace(createDisk);
  const validator = createValidator({
    openPolicies: () => workspace.openPolicies(),
    publish: (uri, diagnostics) => {
      const version = workspace.versionOf(pathOf(uri));
      void connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version !== undefined && { version }),
      });
    },
    display: () => ({ relatedInformation: session.abilities.relatedInformation, uriOf: workspace.uriOf }),
    failed: (error) => connection.console.error(`internal error: ${describeError(error)}`),
  });
  const session: Session = {
    ...{ connection, documents: new TextDocuments(TextDocument), workspace, validator },
    fixtures: createFixtureCache(readFixtures),
    abilities: { relatedInformation: false, watchesFiles: false, workspaceFolders: false },
    folders: [],
  };
  return session;
}

function wireLife(session: Session, version: string): void {
  const { connection, validator } = session;
  connection.onInitialize((params: InitializeParams) => {
    session.abilities = abilitiesOf(params);
    session.folders = foldersOf(params);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'bellbird', version } };
  });
  connection.onInitialized(() => {
    findFiles(session);
    if (session.abilities.watchesFiles) {
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.bell' }, { globPattern: '**/*.{yaml,yml,json}' }],
      });
    }
    if (!session.abilities.workspaceFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => uri));
      session.folders = [...session.folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      findFiles(session);
    });
  });
  connection.onShutdown(() => validator.stop());
}

function findFiles({ folders, workspace, validator }: Session): void {
  workspace.setFiles(folders.map(pathOf).flatMap(findPolicies));
  validator.schedule();
}

function wireDocuments(session: Session): void {
  const { connection, documents, workspace, validator, fixtures } = session;
  const refresh = (): void => {
    workspace.refresh();
    fixtures.clear();
    validator.schedule();
  };
  documents.onDidChangeContent(({ document }) => {
    workspace.changed(document);
    validator.schedule(document.uri);
  });
  documents.onDidClose(({ document }) => {
    workspace.closed(document.uri);
    refresh();
  });
  documents.onDidSave(refresh);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    fixtures.clear();
    // Diagnostics depend on policies only, and manifests may change all the time.
    if (!changes.some(({ uri }) => uri.endsWith('.bell'))) return;
    workspace.refresh();
    findFiles(session);
  });
}

function wireCompletion({ connection, workspace, fixtures }: Session): void {
  connection.onCompletion(async ({ textDocument, position }, token) => {
    const file = workspace.recentFileAt(textDocument.uri);
    if (file === undefined) return [];
    const seen = await fixtures.of(file.policy.analysis);
    // The text may have changed while the manifests were read.
    const current = workspace.recentFileAt(textDocument.uri);
    if (token.isCancellationRequested || current === undefined) return [];
    return completionsAt(current, offsetOf(position, current.source), seen);
  });
}

function wireReading({ connection, workspace }: Session): void {
  const { uriOf } = workspace;
  const { at, inFile } = askingIn(workspace);
  connection.onHover((params) => at(params, hoverAt));
  connection.onDefinition((params) => at(params, (file, offset) => definitionsAt(file, offset, uriOf)));
  connection.onReferences((params) =>
    at(params, (file, offset) => referencesAt(file, offset, params.context.includeDeclaration, uriOf)),
  );
  connection.onDocumentHighlight((params) => at(params, highlightsAt));
  connection.onDocumentSymbol((params) => inFile(params, symbolsOf));
  connection.onWorkspaceSymbol(({ query }) => findSymbols(workspace.openPolicies(), query, uriOf));
  connection.onFoldingRanges((params) => inFile(params, ({ source }) => foldingRangesOf(source)));
  connection.languages.semanticTokens.on((params) => inFile(params, semanticTokensOf) ?? { data: [] });
}

function wireEditing({ connection, workspace }: Session): void {
  const { uriOf } = workspace;
  const { at, inFile } = askingIn(workspace);
  connection.onPrepareRename((params) => at(params, renameableAt));
  connection.onRenameRequest((params) =>
    at(params, (file, offset) => {
      const renamed = renameAt(file, offset, params.newName, workspace);
      if (renamed.kind === 'refused') return new ResponseError(LSPErrorCodes.RequestFailed, renamed.reason);
      return { changes: Object.fromEntries([...renamed.edits].map(([path, edits]) => [uriOf(path), [...edits]])) };
    }),
  );
  connection.onDocumentFormatting((params) =>
    inFile(params, ({ source }) => {
      const formatting = format(source);
      if (formatting.kind === 'edits') return formatting.edits;
      return new ResponseError(ErrorCodes.InternalError, formatting.message);
    }),
  );
  connection.onCodeAction((params) => {
    const { only, diagnostics: shown } = params.context;
    return inFile(params, (file) => codeActionsAt(file, { range: params.range, only, shown }, uriOf));
  });
}

/** Ways to answer a request about a document; undefined, which editors read as nothing, where it is not known. */
function askingIn(workspace: Workspace) {
  const inFile = <T>({ textDocument }: InDocument, answer: (file: FileView) => T): T | undefined => {
    const file = workspace.fileAt(textDocument.uri);
    return file && answer(file);
  };
  const at = <T>(place: AtPlace, answer: (file: FileView, offset: number) => T): T | undefined =>
    inFile(place, (file) => answer(file, offsetOf(place.position, file.source)));
  return { inFile, at };
}

/** A document, as requests name it. */
interface InDocument {
  readonly textDocument: { readonly uri: string };
}

/** A place in a document. */
interface AtPlace extends InDocument {
  readonly position: Position;
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
