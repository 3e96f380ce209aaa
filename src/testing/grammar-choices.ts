// The choices of a grammar and what tells their alternatives apart, worked out by Chevrotain from the recorded rules.

import {
  Alternation,
  getLookaheadPaths,
  type IProduction,
  type LookaheadProductionType,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
} from 'chevrotain';
import { MAX_LOOKAHEAD } from '../dsl/grammar/rules-base.ts';

/** Source text of the table of all choices, as the parser reads it. */
export function renderChoices(rules: readonly Rule[]): string {
  return `// Made from the grammar by \`npm run test:update\`: which tokens lead into which alternative.

/** Rule → its choices → the rows of tokens of each alternative. Words of the language are in lower case. */
export const KNOWN_CHOICES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${rules.map(renderRule).join('')}};
`;
}

function renderRule(rule: Rule): string {
  const choices = rule.definition.flatMap(choicesIn).map(({ kind, occurrence }) => {
    const paths = getLookaheadPaths({ occurrence, rule, prodType: kind, maxLookahead: MAX_LOOKAHEAD });
    // For what is optional the second is what may come instead.
    const alternatives = kind === 'Alternation' ? paths : paths.slice(0, 1);
    return entry(`${kind} ${occurrence}`, alternatives.map(spell).join(' | '));
  });
  return choices.length === 0 ? '' : `  ${rule.name}: {\n${choices.join('')}  },\n`;
}

/** On two lines where the formatter would break it. */
function entry(key: string, value: string): string {
  const line = `    '${key}': '${value}',`;
  return line.length <= 120 ? `${line}\n` : `    '${key}':\n      '${value}',\n`;
}

function spell(paths: readonly (readonly { readonly name: string }[])[]): string {
  return paths.map((path) => path.map(({ name }) => name.replaceAll("'", '')).join(' ')).join(', ');
}

interface Choice {
  readonly kind: LookaheadProductionType;
  /** Tells choices of one kind in a rule apart. */
  readonly occurrence: number;
}

function choicesIn(production: IProduction): readonly Choice[] {
  if (production instanceof Terminal || production instanceof NonTerminal || !('definition' in production)) return [];
  const inside = isProductions(production.definition) ? production.definition.flatMap(choicesIn) : [];
  const kind = kindOf(production);
  return kind === undefined
    ? inside
    : [{ kind, occurrence: 'idx' in production ? Number(production.idx) : 0 }, ...inside];
}

function kindOf(production: IProduction): LookaheadProductionType | undefined {
  if (production instanceof Alternation) return 'Alternation';
  if (production instanceof Option) return 'Option';
  if (production instanceof Repetition) return 'Repetition';
  if (production instanceof RepetitionMandatory) return 'RepetitionMandatory';
  if (production instanceof RepetitionWithSeparator) return 'RepetitionWithSeparator';
  return production instanceof RepetitionMandatoryWithSeparator ? 'RepetitionMandatoryWithSeparator' : undefined;
}

function isProductions(value: unknown): value is readonly IProduction[] {
  return Array.isArray(value);
}
