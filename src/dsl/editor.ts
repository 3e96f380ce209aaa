// The face of the language for editors: what is known about a text while it is being written. Commands that only want a
// policy and its diagnostics use index.ts.

export { type Analysis, analyse } from './analyse.ts';
export type * from './ast.ts';
export { itemRuleOf } from './blocks.ts';
export { WELL_KNOWN_COMMUNITIES } from './community.ts';
export type { Diagnostic, Edit, Fix, Label, Severity } from './diagnostic.ts';
export { type Formatted, formatPolicy } from './format/format.ts';
export { firstWords } from './grammar/first-words.ts';
export { type NextToken, nextTokens } from './grammar/next-tokens.ts';
export { lexAround } from './incremental/lex-around.ts';
export { createParseMemory, type ParseMemory } from './incremental/parse-memory.ts';
export { innerWordDoc } from './inner-word-docs.ts';
export { typeOf } from './let-values.ts';
export { type LexedFile, lex } from './lexer.ts';
export { type NameSpace, type NameUse, namesIn, nameUses, resolveName, spaceOf } from './name-uses.ts';
export { effectiveSettings, templateOf } from './policy-settings.ts';
export { type Declaration, renderName, type Scope } from './scope.ts';
export { AO_ALGORITHMS, SESSION_ROLES } from './session-options.ts';
export { createSourceFile, type SourceFile } from './source-file.ts';
export { directoryOf, joinPath, type ReadResult, type SourceHost } from './source-host.ts';
export { type Span, spanText } from './span.ts';
export * as tokens from './tokens.ts';
export { fieldInfo, type Subject, termsFor } from './vocabulary.ts';
export { rootConditions } from './walk-conditions.ts';
export { type WordDoc, wordDoc } from './word-docs.ts';
