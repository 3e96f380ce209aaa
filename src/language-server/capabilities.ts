// What the server tells the editor that it can do, and what it wants to know about the editor.

import {
  CodeActionKind,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { FIX_ALL } from './code-actions.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './semantic-tokens.ts';

/** What the editor can do, as far as the server cares. */
export interface EditorAbilities {
  readonly relatedInformation: boolean;
  /** Tells the server about changed files if it is asked to. */
  readonly watchesFiles: boolean;
  readonly workspaceFolders: boolean;
}

/** What the server offers. */
export const CAPABILITIES: ServerCapabilities = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  completionProvider: { triggerCharacters: ['"', '/', ' '] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    full: true,
  },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** Reads what the editor says about itself. */
export function abilitiesOf({ capabilities: { textDocument, workspace } }: InitializeParams): EditorAbilities {
  return {
    relatedInformation: textDocument?.publishDiagnostics?.relatedInformation === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
  };
}

/** The folders that the editor has open; older editors know one only. */
export function foldersOf(params: InitializeParams): readonly string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(({ uri }) => uri);
  return params.rootUri ? [params.rootUri] : [];
}
