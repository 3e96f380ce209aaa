// The public face of the language: compile a policy, show what is wrong with it, and the types others build on.

export { type Community, compareCommunities, normaliseCommunities, renderCommunity } from './community.ts';
export { type Checked, type Compiled, checkPolicy, compile } from './compile.ts';
export { type Diagnostic, type Edit, type Fix, isError, type Label, type Severity } from './diagnostic.ts';
export { diagnosticsToJson, type JsonDiagnostic } from './diagnostics-json.ts';
export { type Formatted, formatPolicy } from './format/format.ts';
export { type Place, renderPlace } from './place.ts';
export type * from './policy.ts';
export * from './prefix.ts';
export { type RenderOptions, renderDiagnostics } from './render-diagnostic.ts';
export { createSourceFile, type Position, positionAt, type SourceFile } from './source-file.ts';
export { createMemoryHost, type ReadResult, type SourceHost } from './source-host.ts';
