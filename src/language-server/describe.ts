// What a declaration stands for, in words: hover shows it whole, completion in one line.

import type {
  FilterStatement,
  Let,
  Literal,
  PeerSetting,
  PeerStatement,
  RangeStatement,
  TemplateStatement,
} from '../dsl/editor.ts';
import { type Analysis, type Declaration, effectiveSettings, spanText, templateOf } from '../dsl/editor.ts';

/** More values than this are cut. */
const MAX_VALUES = 12;

const KINDS = {
  'cluster-ip': 'cluster IPs',
  'external-ip': 'external IPs',
  'load-balancer-ip': 'load balancer IPs',
} as const;

/** Markdown about a declaration, with names replaced by what they stand for. */
export function describe(declaration: Declaration, analysis: Analysis): string {
  switch (declaration.kind) {
    case 'let':
      return describeLet(declaration, analysis);
    case 'range':
      return describeRange(declaration, analysis);
    case 'filter':
      return describeFilter(declaration);
    case 'template':
      return describeTemplate(declaration, analysis);
    case 'peer':
      return describePeer(declaration, analysis);
  }
}

/** The gist of a declaration. */
export function describeInOneLine(declaration: Declaration): string {
  switch (declaration.kind) {
    case 'let':
      return cut(declaration.values.map(({ span }) => spanText(span))).join(', ');
    case 'range':
      return `${declaration.addressKind} ${cut(declaration.prefixes.map(({ span }) => spanText(span))).join(', ')}`;
    case 'filter':
      return `filter of ${count(declaration.rules.length, 'rule')}`;
    case 'template':
      return 'template';
    case 'peer':
      return declaration.template === undefined ? 'peer' : `peer from ${spanText(declaration.template.span)}`;
  }
}

function describeLet(declaration: Let, { model }: Analysis): string {
  const values = model.values.literals(declaration).map(renderLiteral);
  return code(`let ${declaration.name.text} = ${cut(values).join(', ')}`);
}

function describeRange(range: RangeStatement, { model }: Analysis): string {
  const prefixes = cut(range.prefixes.flatMap((value) => resolve(value, model)));
  const except = cut(range.except.flatMap((value) => resolve(value, model)));
  const services = cut(range.for.map(({ value }) => value));
  const sentence = [
    `Advertises ${KINDS[range.addressKind]} in ${ticks(prefixes)}`,
    ...(except.length > 0 ? [`except ${ticks(except)}`] : []),
    ...(services.length > 0 ? [`of the services ${ticks(services)} only`] : []),
  ].join(' ');
  const attributes = range.settings.map(({ span }) => oneLine(spanText(span)));
  return [
    code(`range ${range.name.text} ${range.addressKind}`),
    `${sentence}, ${describeMode(range)}.`,
    ...(attributes.length > 0 ? [`Exact routes get ${ticks(attributes)}.`] : []),
  ].join('\n\n');
}

function describeMode({ mode, addressKind }: RangeStatement): string {
  const isAggregate = mode === undefined ? addressKind === 'cluster-ip' : mode.mode === 'aggregate';
  if (!isAggregate) return 'each as a route of its own';
  const lengths = mode?.lengths.map(({ span }) => spanText(span)) ?? [];
  const what = lengths.length > 0 ? `in blocks of ${lengths.join(' and ')}` : 'as the whole prefixes';
  return mode?.whenUsed === true
    ? `${what}, each while an eligible service in it has a usable endpoint`
    : `${what}, from every node that is not excluded`;
}

function describeFilter({ name, rules }: FilterStatement): string {
  const lines = rules.map(({ span }) => `  ${oneLine(spanText(span))}`);
  return [
    code([`filter ${name.text} {`, ...cut(lines), '}'].join('\n')),
    'The first deciding rule wins; a route that none decides goes to the next filter of the peer, or is rejected.',
  ].join('\n\n');
}

function describeTemplate(template: TemplateStatement, { model }: Analysis): string {
  const peers = model.statements.flatMap((statement) =>
    statement.kind === 'peer' && templateOf(statement, model.scope) === template ? [statement.name.text] : [],
  );
  const lines = template.settings.map(({ span }) => `  ${oneLine(spanText(span))}`);
  return [
    code([`template ${template.name.text} {`, ...lines, '}'].join('\n')),
    peers.length === 0 ? 'No peer uses it.' : `Used by ${ticks(cut(peers))}.`,
  ].join('\n\n');
}

/** A peer as it is in effect: what it sets itself, then what its template adds. */
function describePeer(peer: PeerStatement, { model }: Analysis): string {
  const { template } = effectiveSettings(peer, model.scope);
  const own = new Set<PeerSetting['setting']>(peer.settings.map(({ setting }) => setting));
  const inherited = (template?.settings ?? []).filter(({ setting }) => !own.has(setting));
  const line = ({ span }: PeerSetting): string => `  ${oneLine(spanText(span))}`;
  const width = Math.max(0, ...inherited.map((setting) => line(setting).length));
  const lines = [
    ...peer.settings.map(line),
    ...inherited.map((setting) => `${line(setting).padEnd(width)}  # from ${template?.name.text}`),
  ];
  return code([`peer ${peer.name.text} {`, ...lines, '}'].join('\n'));
}

function resolve(value: RangeStatement['prefixes'][number], { scope, values }: Analysis['model']): readonly string[] {
  if (value.kind !== 'ref') return [spanText(value.span)];
  const found = scope.lets.get(value.text);
  return found === undefined ? [value.text] : values.literals(found).map(renderLiteral);
}

function renderLiteral({ span }: Literal): string {
  return spanText(span);
}

function code(text: string): string {
  return `\`\`\`bellbird\n${text}\n\`\`\``;
}

function ticks(texts: readonly string[]): string {
  return texts.map((text) => (text.startsWith('and ') ? text : `\`${text}\``)).join(', ');
}

function cut(texts: readonly string[]): readonly string[] {
  if (texts.length <= MAX_VALUES) return texts;
  return [...texts.slice(0, MAX_VALUES), `and ${texts.length - MAX_VALUES} more`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Text of several lines on one, without comments. */
export function oneLine(text: string): string {
  return text.replace(/\s*#[^\n]*(?=\n)/g, '').replace(/\s+/g, ' ');
}
