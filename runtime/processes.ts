/** Other processes of this machine, by their ids. */
import { readFileSync } from 'node:fs';

/** Also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Alive, and no zombie: a child that nobody reaps (under pid 1 of a container) stays in the table for ever. */
export function isRunning(pid: number): boolean {
  return isAlive(pid) && !/^State:\s+Z/m.test(processStatus(pid));
}

/** What Linux says of it, a `Name:\tvalue` a line; empty where the system does not tell. */
export function processStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
