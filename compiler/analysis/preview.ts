/** When a window or a communication would open and close, for zones and bases somebody asks about. */
import type { Base, Window } from '../../runtime/model/window.ts';
import { type Instant, isoOf, localDate, wallOf } from '../../runtime/time/calendar.ts';
import { openingLabel, wallLabel } from '../../runtime/time/label.ts';
import { baseOf, instantOfBase, plan } from '../../runtime/time/plan.ts';
import { windowText } from '../../runtime/time/text.ts';
import { isInside } from '../../runtime/time/window.ts';
import { isZone, suggestZone } from '../../runtime/time/zone.ts';
import { contactHoursOf } from '../communications.ts';
import type { CampaignModel, CommunicationModel, WorkspaceModel } from '../model.ts';

export interface PreviewInput {
  readonly window: Window;
  readonly contactHours: readonly Window[];
  readonly durationMs: number;
  readonly ifPast: 'send' | 'skip';
  /** IANA names. */
  readonly zones: readonly string[];
  /** `today`, `now`, `2026-03-07`, `2026-03-07 20:00` (in each zone) or with an offset. */
  readonly bases: readonly string[];
  /** What `now` and `today` mean, and which openings are far enough away to be shown with a year. */
  readonly now: Instant;
  /** When it is planned; null: just when its base is reached, so that no base is in the past. */
  readonly planning: Instant | null;
}

export interface PreviewRow {
  readonly zone: string;
  /** As it was asked. */
  readonly base: string;
  readonly outcome: 'opens' | 'past' | 'never';
  /** ISO with the zone's offset, like `until` and `closes`; all null when it does not open. */
  readonly opens: string | null;
  /** End of the allowed stretch that starts at `opens`. */
  readonly until: string | null;
  readonly closes: string | null;
  /** `Mon 9 Mar 09:00 New York` */
  readonly openingLabel: string | null;
  readonly closingLabel: string | null;
  /** Why it does not open at its base; null when it does. */
  readonly why: string | null;
}

/** What a communication is planned with: workspace, campaign and channel hours are intersected with its window. */
export function previewOfCommunication(
  workspace: WorkspaceModel,
  campaign: CampaignModel,
  communication: CommunicationModel,
): Pick<PreviewInput, 'window' | 'contactHours' | 'durationMs' | 'ifPast'> {
  const channels = workspace.channels.filter(({ name }) => name === communication.channel);
  const { window, durationMs, ifPast } = communication;
  return { window, contactHours: contactHoursOf(workspace, campaign, ...channels), durationMs, ifPast };
}

/** One sentence for each zone or base that cannot be read; {@link preview} throws RangeError on these. */
export function previewProblems({ zones, bases }: Pick<PreviewInput, 'zones' | 'bases'>): readonly string[] {
  return [...zones.flatMap(zoneProblem), ...bases.flatMap(baseProblem)];
}

function zoneProblem(zone: string): readonly string[] {
  if (isZone(zone)) return [];
  const meant = suggestZone(zone);
  const edit = meant ? `Did you mean ${meant}?` : 'Write an IANA name such as Europe/Berlin.';
  return [`"${zone}" is not a timezone. ${edit}`];
}

function baseProblem(base: string): readonly string[] {
  if (base === 'now' || base === 'today') return [];
  try {
    baseOf(base);
    return [];
  } catch {
    return [`"${base}" is not a base. Write today, now, a date (2026-03-07) or a date and time (2026-03-07 20:00).`];
  }
}

/** One row per zone and base, zones first. Throws RangeError for what {@link previewProblems} names. */
export function preview(input: PreviewInput): readonly PreviewRow[] {
  return input.zones.flatMap((zone) => input.bases.map((base) => rowOf(input, zone, base)));
}

function rowOf(input: PreviewInput, zone: string, written: string): PreviewRow {
  const base = meaningOf(written, input.now, zone);
  const reached = instantOfBase(base, zone);
  const planned = plan({
    windows: [input.window, ...input.contactHours],
    zone,
    base,
    planning: input.planning ?? reached,
    durationMs: input.durationMs,
    ifPast: input.ifPast,
    spreadMs: 0,
    spreadFraction: 0,
  });
  const nothing = { opens: null, until: null, closes: null, openingLabel: null, closingLabel: null };
  switch (planned.kind) {
    case 'past':
      return { zone, base: written, outcome: 'past', ...nothing, why: 'its base has passed and if_past is skip' };
    case 'never':
      return { zone, base: written, outcome: 'never', ...nothing, why: neverText(input) };
    case 'opening':
      return {
        zone,
        base: written,
        outcome: 'opens',
        opens: isoOf(planned.opens, zone),
        until: isoOf(planned.until, zone),
        closes: isoOf(planned.closes, zone),
        openingLabel: openingLabel(planned.opens, zone, input.now),
        closingLabel: openingLabel(planned.closes, zone, input.now),
        why: whyLater(input, zone, base, reached),
      };
    default:
      return planned satisfies never;
  }
}

function meaningOf(written: string, now: Instant, zone: string): Base {
  if (written === 'now') return { kind: 'instant', at: now };
  if (written === 'today') return { kind: 'date', date: localDate(now, zone) };
  return baseOf(written);
}

function neverText({ window, contactHours }: PreviewInput): string {
  const hours = contactHours.length > 0 ? ` and the contact hours ${contactHours.map(windowText).join(' and ')}` : '';
  return `nothing is inside ${windowText(window)}${hours} within five years`;
}

function whyLater(input: PreviewInput, zone: string, base: Base, reached: Instant): string | null {
  const planning = input.planning ?? reached;
  const reasons = [
    gapText(base, zone, reached),
    // A date counts from its start, so `today` is always behind: nothing to explain.
    base.kind !== 'date' && reached < planning ? 'its base has passed: it counts as now' : null,
    outsideText(input, zone, Math.max(reached, planning)),
  ].filter((reason) => reason !== null);
  return reasons.length > 0 ? reasons.join('; ') : null;
}

function gapText(base: Base, zone: string, reached: Instant): string | null {
  if (base.kind === 'instant') return null;
  const shown = wallOf(reached, zone).slice(0, 16);
  const wanted = base.kind === 'date' ? `${base.date}T00:00` : base.wall.replace(' ', 'T').slice(0, 16);
  if (shown === wanted) return null;
  return `${wanted.slice(11)} does not exist on ${wanted.slice(0, 10)}: the clocks go forward to ${shown.slice(11)}`;
}

function outsideText({ window, contactHours, now }: PreviewInput, zone: string, at: Instant): string | null {
  const shown = wallLabel(at, zone, now);
  if (!isInside(window, zone, at)) return `${shown} is outside ${windowText(window)}${exceptedText(window, zone, at)}`;
  const hours = contactHours.find((of) => !isInside(of, zone, at));
  return hours ? `${shown} is outside the contact hours ${windowText(hours)}` : null;
}

function exceptedText(window: Window, zone: string, at: Instant): string {
  const plain = window.map((range) => ({ ...range, except: [] }));
  return isInside(plain, zone, at) ? ' (an excepted day)' : '';
}
