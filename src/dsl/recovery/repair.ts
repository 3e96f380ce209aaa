// A syntax error and the tokens around it → what was most likely meant, said well, and the tokens repaired so that
// parsing can go on behind it. A repair that is wrong costs nothing but a message: the policy is refused anyway.

import type { IRecognitionException, IToken } from 'chevrotain';
import { blockOfRule } from '../blocks.ts';
import type { Report } from '../report.ts';
import type { SourceFile } from '../source-file.ts';
import { decodeExpectation } from '../syntax-expectation.ts';
import { RightBrace } from '../tokens.ts';
import {
  repairBareVerdict,
  repairFrom,
  repairMissingEqual,
  repairMissingValue,
  repairName,
  repairNodeName,
  repairSeveralNames,
  repairTermOperator,
} from './clauses.ts';
import {
  repairBareKey,
  repairBetween,
  repairCalledField,
  repairCommunityList,
  repairConditionWord,
  repairMissingOperator,
  repairOperatorWord,
  repairPrefixInRange,
} from './conditions.ts';
import type { Failure, Repair } from './failure.ts';
import {
  repairBareList,
  repairBareValue,
  repairBracedList,
  repairEqualToList,
  repairMissingComma,
  repairSwallowedWord,
  repairTrailingComma,
} from './lists.ts';
import {
  repairActionOfReject,
  repairActionSeparator,
  repairAttributeSeparator,
  repairExpectedNode,
  repairLateCondition,
  repairNegatedVerdict,
  repairPathPrepend,
  repairPrefixIn,
  repairSeveralNodes,
} from './rules.ts';
import {
  repairBareLength,
  repairDash,
  repairExcludeKind,
  repairLateTemplate,
  repairNamesSeparator,
  repairNo,
  repairParenthesizedNames,
  repairRepeatedKind,
  repairWhenUsed,
  repairWordsApart,
} from './settings.ts';
import {
  repairAddress,
  repairAsPath,
  repairDottedCommunity,
  repairDuration,
  repairLength,
  repairLengthBounds,
  repairPassword,
  repairPath,
  repairPattern,
  repairPercent,
  repairQuotedValue,
  repairQuotes,
  repairShortPrefix,
} from './values.ts';
import {
  repairEqual,
  repairExtraWord,
  repairMissingBraces,
  repairMissingWhere,
  repairMisspeltWord,
  repairUnknownItem,
} from './words.ts';

/** The first that applies wins: the special before the general. */
const REPAIRS: readonly Repair[] = [
  ...[repairDash, repairRepeatedKind, repairParenthesizedNames, repairNamesSeparator, repairWordsApart, repairNo],
  ...[repairLateTemplate, repairExcludeKind, repairBareLength, repairWhenUsed],
  ...[repairOperatorWord, repairBetween, repairBareKey, repairCalledField, repairCommunityList, repairPrefixInRange],
  ...[repairConditionWord, repairLateCondition, repairActionSeparator, repairActionOfReject, repairPathPrepend],
  ...[repairExpectedNode, repairSeveralNodes, repairNegatedVerdict, repairPrefixIn, repairAttributeSeparator],
  ...[repairBracedList, repairEqualToList, repairMissingOperator],
  ...[repairQuotedValue, repairPercent, repairDottedCommunity, repairPattern],
  ...[
    repairName,
    repairFrom,
    repairSeveralNames,
    repairMissingEqual,
    repairMissingValue,
    repairNodeName,
    repairBareVerdict,
  ],
  repairTermOperator,
  ...[
    repairAsPath,
    repairTrailingComma,
    repairLength,
    repairShortPrefix,
    repairAddress,
    repairDuration,
    repairPassword,
  ],
  ...[repairLengthBounds, repairQuotes, repairPath, repairEqual, repairBareValue, repairSwallowedWord, repairBareList],
  ...[repairMissingComma, repairMissingWhere, repairMissingBraces, repairUnknownItem, repairExtraWord],
  repairMisspeltWord,
];

/** Explains an error and repairs `tokens` in place if it can; `unknown` if the error is of no known kind. */
export function repair(
  exception: IRecognitionException,
  tokens: IToken[],
  source: SourceFile,
  report: Report,
): 'repaired' | 'reported' | 'unknown' {
  const failure = toFailure(exception, tokens, source, report);
  for (const attempt of REPAIRS) {
    const edit = attempt(failure);
    if (edit === 'reported') return 'reported';
    if (edit === undefined) continue;
    tokens.splice(edit.index, edit.remove, ...edit.insert);
    return 'repaired';
  }
  return 'unknown';
}

function toFailure(
  exception: IRecognitionException,
  tokens: readonly IToken[],
  source: SourceFile,
  report: Report,
): Failure {
  const expectation = decodeExpectation(exception.message);
  const { rule, tokens: expected } = expectation;
  const atItem = expected.length === 0 || (expected.length === 1 && expected[0] === RightBrace.name);
  const block = atItem ? blockOfRule(expected.length === 0 ? 'policy' : rule) : undefined;
  const found = tokens.indexOf(exception.token);
  const index = found < 0 ? tokens.length : found;
  return { token: exception.token, index, tokens, source, report, block, expectation };
}
