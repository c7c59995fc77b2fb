import { stuckKinds } from '../../../runtime/model/stuck.ts';
import type { Repair } from '../../../runtime/watch/repair.ts';

const states = {
  'set back': 'did something that the restored database does not know',
  'terminated by hand': 'is ended',
} as const;

/** One participant in one line: `welcome ada has runs … : 1 run ended as terminated, 1 communication canceled`. */
export function repairLine(repair: Repair, mode: 'look' | 'repair'): string {
  const { campaign, participant, kind, said } = repair;
  const state =
    kind in states ? states[kind as keyof typeof states] : stuckKinds[kind as keyof typeof stuckKinds].state;
  const did = deedsOf(repair);
  const deeds = did.length > 0 ? `: ${mode === 'look' ? 'to do: ' : ''}${did.join(', ')}` : '';
  return `${campaign} ${participant} ${state}${said ? ` (${said})` : ''}${deeds}${repair.left ? `. ${repair.left}` : ''}`;
}

function deedsOf({ terminated, runs, canceled, unknown, signalled, dropped }: Repair): readonly string[] {
  return [
    terminated ? 'workflow terminated' : '',
    runs > 0 ? `${count(runs, 'run')} ended as terminated` : '',
    canceled > 0 ? `${count(canceled, 'communication')} canceled` : '',
    unknown > 0 ? `${count(unknown, 'communication')} failed as unknown, since it may have been sent` : '',
    signalled > 0 ? `${count(signalled, 'event')} signalled again` : '',
    dropped > 0 ? `${count(dropped, 'event')} dropped` : '',
  ].filter((text) => text !== '');
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
