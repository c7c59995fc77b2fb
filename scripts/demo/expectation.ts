/** What must happen to each person, said by the windows alone before anything ran. Pure. */
import { preview, previewOfCommunication } from '../../compiler/analysis/preview.ts';
import type { WorkspaceModel } from '../../compiler/model.ts';
import { addToDate, type Instant, startOfDate, wallOf } from '../../runtime/time/calendar.ts';
import { wallLabel } from '../../runtime/time/label.ts';
import { windowText } from '../../runtime/time/text.ts';
import { type Hours, type Person, reminderDays } from './people.ts';

export const campaignName = 'payment_reminder';

/** The first e-mail to each kind of customer. */
export const reminderOf: Readonly<Record<Person['kind'], string>> = {
  private_customer: 'REMINDER',
  business: 'BUSINESS_REMINDER',
};

export interface Expectation {
  readonly person: Person;
  readonly reminder: string;
  /** The window as the flow says it: `every_day`. */
  readonly window: string;
  readonly due: boolean;
  readonly opens: Instant;
  /** Why it does not open at once; null when it does. */
  readonly why: string | null;
}

/** Hours in which the first e-mail may leave. */
export function hoursOf(model: WorkspaceModel): Hours {
  const of = (kind: Person['kind']) => {
    const { window, contactHours } = plannedWith(model, kind).question;
    return [window, ...contactHours];
  };
  return { private_customer: of('private_customer'), business: of('business') };
}

/** When the first e-mail to this person opens, if they join now. */
export function expectationOf(model: WorkspaceModel, person: Person, now: Instant): Expectation {
  const { question, windowName } = plannedWith(model, person.kind);
  const { timezone } = person;
  const base = addToDate(person.due_date, { amount: -reminderDays, unit: 'day' });
  const row = preview({ ...question, zones: [timezone], bases: [base], now, planning: now })[0]!;
  if (row.opens === null) throw new Error(`${person.external_id} would never be written to: ${row.why}`);
  const opens = Date.parse(row.opens);
  const ahead = startOfDate(base, timezone) > now;
  return {
    person,
    reminder: reminderOf[person.kind],
    window: windowName,
    due: opens <= now,
    opens,
    why: opens <= now ? null : ahead ? `${reminderDays} days before ${person.due_date}` : clockWords(now, timezone),
  };
}

/** The windows behind the names: `office: 09:00-18:00 on mon-thu`. */
export function windowsOf(model: WorkspaceModel): readonly string[] {
  const kinds = Object.keys(reminderOf) as (keyof typeof reminderOf)[];
  return kinds.map((kind) => {
    const { question, windowName } = plannedWith(model, kind);
    return `${windowName}: ${windowText(question.window)}`;
  });
}

function clockWords(now: Instant, zone: string): string {
  return `it is ${wallLabel(now, zone).replace(/ .* /, ' ')} there`;
}

/** `22:40` */
export function clockIn(zone: string, now: Instant): string {
  return wallOf(now, zone).slice(11, 16);
}

function plannedWith(model: WorkspaceModel, kind: Person['kind']) {
  const campaign = model.campaigns.find(({ name }) => name === campaignName)!;
  const communication = campaign.communications.find(({ name }) => name === reminderOf[kind])!;
  return {
    question: previewOfCommunication(model, campaign, communication),
    windowName: communication.windowText,
  };
}
