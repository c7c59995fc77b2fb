import { styleText } from 'node:util';
import { wallLabel } from '../../runtime/time/label.ts';
import { clockIn } from './expectation.ts';
import type { Situation, Stage } from './situation.ts';

/** Shows where everybody stands while it changes. */
export interface View {
  show(situations: readonly Situation[]): void;
  /** Takes what is drawn away or leaves it; nothing is shown after it. */
  end(): void;
}

const marks: Readonly<Record<Stage, string>> = {
  imported: '·',
  sending: '→',
  delivered: '✓',
  waiting: '…',
  ended: '✗',
};

/** On a terminal a table that is drawn anew in place, else a line for each change. */
export function viewOn(out: NodeJS.WriteStream): View {
  return out.isTTY ? redrawn(out) : lines(out);
}

function redrawn(out: NodeJS.WriteStream): View {
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  return {
    show(situations) {
      const shown = fitting(situations, out.rows - 5);
      const more = situations.length - shown.length;
      const table = situationTable(shown, Date.now(), out.columns - 1);
      const text = [...table, more > 0 ? `… and ${more} more` : '', countsLine(situations)];
      clear();
      out.write(`${text.join('\n')}\n`);
      drawn = text.length;
    },
    end: clear,
  };
}

/** What is drawn anew has to fit on the screen: half of the room for those with news, half for those who wait. */
function fitting(situations: readonly Situation[], room: number): readonly Situation[] {
  if (situations.length <= room) return situations;
  const sorted = inOrder(situations);
  const news = sorted.filter(({ stage }) => stage !== 'waiting');
  const waiting = sorted.filter(({ stage }) => stage === 'waiting');
  const half = Math.max(1, Math.floor(room / 2));
  const forNews = Math.max(half, room - waiting.length);
  return [...news.slice(0, forNews), ...waiting.slice(0, Math.max(1, room - Math.min(news.length, forNews)))];
}

function lines(out: NodeJS.WriteStream): View {
  const last = new Map<string, string>();
  return {
    show(situations) {
      for (const { expectation, stage, text } of situations) {
        const { external_id, timezone } = expectation.person;
        if (stage === 'imported' || last.get(external_id) === text) continue;
        last.set(external_id, text);
        const why = stage === 'waiting' && expectation.why ? ` (${expectation.window}; ${expectation.why})` : '';
        const at = new Date().toISOString().slice(11, 19);
        out.write(`${at}  ${marks[stage]} ${external_id}  ${timezone}  ${expectation.reminder}: ${text}${why}\n`);
      }
    },
    end: () => {},
  };
}

const order: readonly Stage[] = ['ended', 'sending', 'delivered', 'imported', 'waiting'];
const heads = ['', 'participant', 'timezone', 'there', 'e-mail', 'window', 'state', 'why'] as const;

/** What a narrow terminal can do without, first to last: the state names the city, too. */
const dispensable = (['e-mail', 'window', 'there', 'timezone'] as const).map((head) => heads.indexOf(head));
const gap = '  ';

/** Heading and a line for each person, no wider than `room`: who has news first, who waits longest last. */
export function situationTable(situations: readonly Situation[], now: number, room: number): readonly string[] {
  const rows = inOrder(situations).map(({ expectation, stage, text }) => [
    marks[stage],
    expectation.person.external_id,
    expectation.person.timezone,
    clockIn(expectation.person.timezone, now),
    expectation.reminder,
    expectation.window,
    text,
    stage === 'waiting' ? (expectation.why ?? '') : '',
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const shown = columnsThatFit(widths, room);
  return [heads, ...rows].map((row) =>
    shown
      .map((column) => row[column]!.padEnd(widths[column]!))
      .join(gap)
      .trimEnd()
      .slice(0, room),
  );
}

function columnsThatFit(widths: readonly number[], room: number): readonly number[] {
  const total = (columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + widths[column]! + gap.length, -gap.length);
  let columns = widths.map((_, column) => column);
  for (const one of dispensable) if (total(columns) > room) columns = columns.filter((column) => column !== one);
  return columns;
}

function inOrder(situations: readonly Situation[]): readonly Situation[] {
  return situations.toSorted(
    (a, b) =>
      order.indexOf(a.stage) - order.indexOf(b.stage) ||
      a.expectation.opens - b.expectation.opens ||
      (a.expectation.person.external_id < b.expectation.person.external_id ? -1 : 1),
  );
}

/** `20 delivered · 30 wait, the next until Sun 22 Nov 00:00 UTC` */
function countsLine(situations: readonly Situation[]): string {
  const count = (wanted: Stage) => situations.filter(({ stage }) => stage === wanted).length;
  const waiting = situations.filter(({ stage }) => stage === 'waiting').map(({ expectation }) => expectation.opens);
  const next = waiting.length > 0 ? `, the next until ${wallLabel(Math.min(...waiting), 'UTC')} UTC` : '';
  const parts = [`${count('delivered')} delivered`, `${count('waiting')} wait${next}`];
  if (count('sending') > 0) parts.splice(1, 0, `${count('sending')} being sent`);
  if (count('imported') > 0) parts.push(`${count('imported')} just joined`);
  if (count('ended') > 0) parts.push(`${count('ended')} ended`);
  return styleText('bold', parts.join(' · '), { stream: process.stdout });
}
