import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../runtime/user-error.ts';
import { exitCodes, reportFailure } from './exit.ts';
import { findWorkspace } from './files.ts';
import { watchInterrupts } from './interrupts.ts';

/** Editors write a file in several steps; a branch switch writes many files. */
const settleMs = 60;
/** A folder that is gone, or cannot be watched, is looked for again. */
const againMs = 1_000;

/**
 * Does `work` now and after every change of a file of the workspace, until Ctrl-C. Whatever goes wrong in it is printed
 * and the next change awaited.
 * @throws UserError (usage) when there is no workspace at the beginning.
 */
export async function watchWorkspace(from: string | undefined, work: () => Promise<number>): Promise<number> {
  const folder = findWorkspace(from);
  const end = new AbortController();
  try {
    await watchInterrupts().until(repeat(folder, work, end.signal));
    return exitCodes.ok;
  } finally {
    end.abort();
  }
}

async function repeat(folder: string, work: () => Promise<number>, end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    // Watched before the work begins: a change meanwhile is not missed.
    const change = nextChange(folder, end);
    try {
      await work();
    } catch (error) {
      reportFailure(error);
    }
    process.stderr.write(`— watching ${folder}, Ctrl-C ends it\n`);
    const path = await change;
    await sleep(settleMs);
    while (!existsSync(folder) && !end.aborted) await sleep(againMs);
    process.stderr.write(`— ${new Date().toTimeString().slice(0, 8)} ${path ?? 'looking again'}\n`);
  }
}

/** The path that changed first; null when watching failed and it is time to look again. */
function nextChange(folder: string, end: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    const done = (path: string | null) => {
      for (const watcher of watchers) watcher.close();
      resolve(path);
    };
    let failed = false;
    const fail = (error: unknown) => {
      if (failed || !existsSync(folder)) return done(null);
      failed = true;
      process.stderr.write(`${folder} cannot be watched (${messageOf(error)}): it is read again every second.\n`);
      setTimeout(done, againMs, null);
    };
    try {
      for (const inside of watchedFolders(folder)) {
        const watcher = watch(join(folder, inside), { signal: end }, (_event, name) => {
          if (name && !ignored(inside, name)) done(inside ? `${inside}/${name}` : name);
        });
        watcher.on('error', fail);
        watchers.push(watcher);
      }
    } catch (error) {
      fail(error);
    }
  });
}

/** Folders that hold sources, relative to the workspace, itself first. */
function watchedFolders(folder: string): string[] {
  const found = [''];
  const visit = (inside: string): void => {
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
      if (!entry.isDirectory() || ignored(inside, entry.name)) continue;
      const path = inside ? `${inside}/${entry.name}` : entry.name;
      found.push(path);
      visit(path);
    }
  };
  visit('');
  return found;
}

/** What a build writes, what is installed, what is hidden, and what editors leave beside a file. */
function ignored(inside: string, name: string): boolean {
  if (name.startsWith('.') || name.endsWith('~') || name === '__pycache__' || name === 'node_modules') return true;
  return inside === '' && name === 'generated';
}
