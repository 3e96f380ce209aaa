// Every name resolves and every value is of the type its place asks for. Which declarations are used is noted on the way.

import type {
  FilterStatement,
  PeerSetting,
  PeerStatement,
  Ref,
  ServiceSetting,
  SpeakerSetting,
  Statement,
} from '../ast.ts';
import { actionsOf } from '../filter-actions.ts';
import { typeOf } from '../let-values.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { isMissing, lookUp, renderName } from '../scope.ts';
import { checkConditionReferences } from './condition-references.ts';

/** Resolves every reference of the policy. */
export function checkReferences(model: Model, report: Report): void {
  for (const statement of model.statements) {
    checkStatement(statement, model, report);
    checkConditionReferences(statement, model, report);
  }
}

function checkStatement(statement: Statement, model: Model, report: Report): void {
  const { values } = model;
  switch (statement.kind) {
    case 'let':
      checkLet(statement, model, report);
      return;
    case 'range':
      values.resolve(statement.prefixes, 'prefix');
      values.resolve(statement.except, 'prefix');
      for (const setting of statement.settings) checkSetting(setting, model, report);
      return;
    case 'exclude-prefixes':
      values.resolve(statement.prefixes, 'prefix');
      return;
    case 'filter':
      checkActions(statement, model);
      return;
    case 'peer':
      if (statement.template !== undefined) checkTemplate(statement.template, statement, model, report);
      for (const setting of statement.settings) checkSetting(setting, model, report);
      return;
    case 'speaker':
    case 'service':
    case 'template':
      for (const setting of statement.settings) checkSetting(setting, model, report);
      return;
    default:
      return;
  }
}

/** A `let` has values of one type, its references replaced. */
function checkLet(statement: Extract<Statement, { kind: 'let' }>, { values }: Model, report: Report): void {
  if (values.typeOf(statement) !== 'mixed') return;
  const [first, ...others] = values.literals(statement);
  const type = first && typeOf(first);
  const other = others.find((literal) => typeOf(literal) !== type);
  const second = other && typeOf(other);
  if (type === undefined || other === undefined || second === undefined) return;
  // A value that came in through another name is shown where this `let` says that name.
  const isOwn = other.span.source === statement.span.source && other.span.start >= statement.span.start;
  const span = isOwn && other.span.end <= statement.span.end ? other.span : statement.name.span;
  report(span, messages['mixed-types']({ first: type, second }));
}

function checkTemplate(ref: Ref, peer: PeerStatement, model: Model, report: Report): void {
  const found = model.scope.sessions.get(ref.text);
  if (found?.kind === 'peer') {
    report(ref.span, messages['template-of-template']({ name: ref.text }), {
      also: [{ span: found.name.span, text: found === peer ? 'this peer' : 'a peer' }],
    });
    return;
  }
  const templates = new Map([...model.scope.sessions].filter(([, session]) => session.kind === 'template'));
  const template = lookUp(ref, templates, 'unknown-template', report);
  if (template !== undefined) model.used.add(template);
}

function checkActions(filter: FilterStatement, { values }: Model): void {
  const { communities, paths, nextHops } = actionsOf(filter);
  communities.forEach((action) => void values.resolve(action.values, 'community'));
  for (const { path } of paths) values.asns(path);
  for (const { value } of nextHops) if (typeof value !== 'string') values.address(value);
}

type AnySetting = SpeakerSetting | ServiceSetting | PeerSetting;

function checkSetting(setting: AnySetting, model: Model, report: Report): void {
  const { values } = model;
  switch (setting.setting) {
    case 'community':
      values.resolve(setting.values, 'community');
      return;
    case 'as':
    case 'local-as':
      if (setting.value.kind === 'ref' || setting.value.kind === 'integer' || setting.value.kind === 'asn') {
        values.asn(setting.value);
      }
      return;
    case 'router-id':
    case 'source':
      if (setting.value.kind === 'ref' || setting.value.kind === 'address') values.address(setting.value);
      return;
    case 'listen':
      if (!setting.off && (setting.address?.kind === 'ref' || setting.address?.kind === 'address')) {
        values.address(setting.address);
      }
      return;
    case 'address':
      if (setting.address.form === 'address') values.address(setting.address.value);
      else if (setting.address.form === 'in') values.resolve([setting.address.prefix], 'prefix');
      return;
    case 'to':
      for (const ref of setting.peers ?? []) checkSession(ref, model, report);
      return;
    case 'export':
    case 'import':
      if (typeof setting.filters !== 'string') for (const ref of setting.filters) checkFilter(ref, model, report);
      return;
    default:
      return;
  }
}

/** A peer, or a template, which stands for its peers. */
export function checkSession(ref: Ref, model: Model, report: Report): void {
  if (isMissing(ref)) return;
  const found = lookUp(ref, model.scope.sessions, 'unknown-peer', report);
  if (found !== undefined) model.used.add(found);
}

function checkFilter(ref: Ref, model: Model, report: Report): void {
  if (isMissing(ref)) return;
  const found = lookUp(
    ref,
    model.scope.filters,
    'unknown-filter',
    report,
    ['all', 'nothing'],
    adviceForFilter(ref.text, model),
  );
  if (found !== undefined) model.used.add(found);
}

/** A range or a value is no filter, but there is a filter for it. */
function adviceForFilter(name: string, { scope }: Model): string | undefined {
  const isRange = scope.ranges.has(name);
  if (!isRange && !scope.lets.has(name)) return undefined;
  const condition = isRange ? `range == ${renderName(name)}` : `prefix in ${renderName(name)}`;
  return `\`${name}\` is a ${isRange ? 'range' : 'value'}; write \`filter to-fabric { accept if ${condition} }\` and \`export to-fabric\``;
}
