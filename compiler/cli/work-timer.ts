import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts in these. */
const tickMs = 10;
/** However little it does: a process that does something now and then is not waited for without end. */
const mostTimes = 30;

/**
 * Calls `done` when the process has worked for so long, or has done nothing for so long: time in which a busy machine does not let
 * it run does not count. Where the system does not tell, all time counts. `clearTimeout` ends it.
 */
export function afterWork({ pid }: ChildProcess, limitMs: number, done: () => void): NodeJS.Timeout {
  const began = Date.now();
  const before = workedMs(pid);
  let last = { worked: before ?? 0, at: began };
  const isOver = (now: number): boolean => {
    const worked = workedMs(pid);
    if (worked === null || before === null) return now - began >= limitMs;
    if (worked > last.worked) last = { worked, at: now };
    return worked - before >= limitMs || now - last.at >= limitMs || now - began >= mostTimes * limitMs;
  };
  const timer = setInterval(
    () => {
      if (!isOver(Date.now())) return;
      clearInterval(timer);
      done();
    },
    Math.min(limitMs / 10, 500),
  );
  return timer;
}

/** Processor time of the process so far; null where the system does not tell. */
function workedMs(pid: number | undefined): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // After the name in parentheses: the 12th and 13th are user and system time.
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return null;
  }
}
