/** Clauses of workspace, campaign and channel: `skip when`, `at most`, `holdout` and their like. */
import type { Item, Span } from '../../dsl/ast.ts';
import { durationUnits } from '../../runtime/model/duration.ts';
import type { LimitPeriod } from '../../runtime/model/limits.ts';
import { isCommunicationKind, limitUnits } from '../catalogue.ts';
import { label } from '../diagnostics/labels.ts';
import type { Expression, LimitModel } from '../model.ts';
import type { Report } from './context.ts';
import { type ExpressionScope, resolveCondition } from './expressions.ts';
import { durationMs } from './values.ts';

type ItemOf<K extends Item['kind']> = Extract<Item, { readonly kind: K }>;
type ConditionKind = 'exit when' | 'skip when' | 'success when' | 'failure when';

/** The condition of the clause; null without one. A second one is reported. */
export function conditionClause(
  scope: ExpressionScope,
  items: readonly Item[],
  kind: ConditionKind,
): Expression | null {
  const first = onlyItem(scope.report, items, kind) as ItemOf<ConditionKind> | null;
  return first && resolveCondition(scope, first.condition, kind);
}

/** Percent of the people; null without one. */
export function holdoutClause(report: Report, items: readonly Item[]): number | null {
  const item = onlyItem(report, items, 'holdout') as ItemOf<'holdout'> | null;
  if (item === null) return null;
  const percent = Number(item.percent);
  if (percent > 0 && percent < 100) return percent;
  report('FLOW321', item.span, {
    text: `holdout ${item.percent}%`,
    message: percent === 0 ? 'holds nobody' : 'holds everybody',
    help: 'holdout',
  });
  return null;
}

export function limitClauses(report: Report, items: readonly Item[]): LimitModel[] {
  const counting = new Map<string, Span>();
  return items.flatMap((item) => {
    if (item.kind !== 'at most') return [];
    const limit = limitOf(report, item);
    if (limit === null) return [];
    const counted = `at most ${limit.kind ?? ''} ${JSON.stringify(limit.per)}`;
    const before = counting.get(counted);
    counting.set(counted, item.span);
    if (before === undefined) return [limit];
    const name = limit.text.replace(/\d+ ?/, '');
    report('FLOW303', item.span, { name, line: before.line }, { labels: [label(before, 'first')] });
    return [];
  });
}

function limitOf(report: Report, item: ItemOf<'at most'>): LimitModel | null {
  const of = item.of ? ` ${item.of.text}` : '';
  const text = `at most ${item.count}${of}${item.per ? ` per ${item.per.text.replace(/\s+/g, ' ')}` : ''}`;
  const count = Number(item.count);
  if (!Number.isSafeInteger(count) || count < 1) {
    report('FLOW321', item.span, { message: 'count', text, help: 'count' });
    return null;
  }
  const per = item.per === null ? null : periodOf(item.per.text);
  if (per === undefined) {
    report('FLOW321', item.per!.span, {
      message: 'period',
      text: `per ${item.per!.text}`,
      help: 'period',
      periods: limitUnits.map((unit) => `per ${unit}`),
    });
    return null;
  }
  return {
    count,
    kind: item.of && isCommunicationKind(item.of.text) ? item.of.text : null,
    per,
    text,
    origin: item.span,
  };
}

/** `day` is one of the calendar, `7 days` is the time just past; undefined for what is neither. */
function periodOf(text: string): LimitPeriod | undefined {
  const [amount, word] = /^(\d+(?:\.\d+)?)\s+(\w+)$/.exec(text)?.slice(1) ?? [null, text];
  if (amount === null) {
    const unit = limitUnits.find((each) => each === word);
    return unit && { kind: 'calendar', unit };
  }
  const unit = durationUnits.find((each) => each === word!.replace(/s$/, ''));
  const ms = unit && /^\d+$/.test(amount!) ? durationMs({ amount: Number(amount), unit }) : null;
  return ms !== null && ms > 0 && Number.isSafeInteger(ms) ? { kind: 'rolling', ms } : undefined;
}

/** The item of the kind; a second one is reported. */
export function onlyItem(report: Report, items: readonly Item[], kind: Item['kind']): Item | null {
  const [first, ...more] = items.filter((item) => item.kind === kind);
  for (const other of more) {
    report('FLOW303', other.span, { name: kind, line: first!.span.line }, { labels: [label(first!.span, 'first')] });
  }
  return first ?? null;
}
