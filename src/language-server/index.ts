// The editor's view of the language, over the language server protocol.

export type { FixtureObject, Fixtures, ReadFixtures } from './fixtures.ts';
export { type LanguageServerOptions, startLanguageServer } from './server.ts';
