import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, UserError } from '../user-error.ts';

/** Newer tags refuse `go install` (they carry a replace directive). */
const goModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const downloads = 'https://temporal.download';
const program = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const run = promisify(execFile);

/** One line for a person, on stderr or in a table. */
export type Log = (line: string) => void;

/** Where flowc keeps programs it fetched: `FLOWC_CACHE`, else `~/.cache/flowc/bin`. */
function cacheFolder(): string {
  return process.env.FLOWC_CACHE || join(homedir(), '.cache', 'flowc', 'bin');
}

/**
 * The `temporal` program: on the PATH, in Go's bin folder, in flowc's cache; else downloaded; else compiled with Go.
 * @param signal gives up fetching it.
 * @throws UserError (environment) naming the ways to get it; the signal's reason once it is aborted.
 */
export async function temporalBinary(log: Log, signal?: AbortSignal): Promise<string> {
  const present = await presentTemporal();
  if (present) return present;
  mkdirSync(cacheFolder(), { recursive: true });
  const why: string[] = [];
  for (const attempt of [download, compile]) {
    try {
      return await attempt(log, signal);
    } catch (error) {
      signal?.throwIfAborted();
      why.push(messageOf(error));
    }
  }
  throw new UserError(
    'environment',
    `Temporal is not available: ${why.join('; ')}. Install the temporal program (https://docs.temporal.io/cli) so that it is on the PATH, install Go so that flowc can compile it, or set TEMPORAL_ADDRESS to a running server.`,
  );
}

/** The `temporal` program if it is on this machine already: nothing is fetched. */
export async function presentTemporal(): Promise<string | undefined> {
  return onPath() ?? (await inGoFolder()) ?? executable(join(cacheFolder(), program));
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => executable(join(folder, program))).find(Boolean);
}

async function inGoFolder(): Promise<string | undefined> {
  try {
    const { stdout } = await run('go', ['env', 'GOPATH'], { timeout: 10_000 });
    return stdout.trim() ? executable(join(stdout.trim(), 'bin', program)) : undefined;
  } catch {
    return undefined;
  }
}

function executable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}

/** The SDK's own way to a dev server, given five seconds to say that it is reachable. */
async function download(log: Log, signal?: AbortSignal): Promise<string> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const base = process.env.FLOWC_TEMPORAL_DOWNLOADS || downloads;
  const question = `${base}/cli/default?arch=${arch}&platform=${platform}&format=tar.gz&sdk-name=sdk-typescript`;
  const info = await fetch(question, { signal: within(5_000, signal) }).then(
    (answer) =>
      answer.ok
        ? (answer.json() as Promise<{ archiveUrl: string; fileToExtract: string }>)
        : Promise.reject(new Error(`${base} answered ${answer.status}`)),
    () => Promise.reject(new Error(`${base} cannot be reached`)),
  );
  log(`downloading Temporal once from ${new URL(info.archiveUrl).host} …`);
  const archive = join(cacheFolder(), `temporal-${process.pid}.tar.gz`);
  try {
    const answer = await fetch(info.archiveUrl, { signal: within(300_000, signal) });
    if (!answer.ok) throw new Error(`${info.archiveUrl} answered ${answer.status}`);
    await writeFile(archive, Buffer.from(await answer.arrayBuffer()));
    await run('tar', ['-xzf', archive, '-C', cacheFolder(), info.fileToExtract]);
  } finally {
    await rm(archive, { force: true });
  }
  const file = join(cacheFolder(), program);
  if (info.fileToExtract !== program) await rename(join(cacheFolder(), info.fileToExtract), file);
  if (!executable(file)) throw new Error(`the archive of ${base} holds no program ${program}`);
  return file;
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);
}

async function compile(log: Log, signal?: AbortSignal): Promise<string> {
  const started = Date.now();
  log('compiling Temporal once, about 4 minutes …');
  const progress = setInterval(
    () => log(`compiling Temporal … ${Math.round((Date.now() - started) / 1000)} s`),
    15_000,
  );
  try {
    await goInstall(signal);
  } finally {
    clearInterval(progress);
  }
  log(`Temporal is ready after ${Math.round((Date.now() - started) / 1000)} s`);
  return join(cacheFolder(), program);
}

function goInstall(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', ['install', goModule], {
      env: { ...process.env, CGO_ENABLED: '0', GOBIN: cacheFolder() },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that the compilers Go starts can be ended with it.
      detached: true,
    });
    const end = () => endGroup(child);
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    let words = '';
    child.stderr.on('data', (chunk) => {
      words = (words + chunk).slice(-2000);
    });
    child.on('error', () => reject(new Error('Go is not installed')));
    child.on('exit', (code) => {
      signal?.removeEventListener('abort', end);
      if (code === 0 && existsSync(join(cacheFolder(), program))) resolve();
      else
        reject(new Error(`go install ${goModule} failed: ${words.trim().split('\n').at(-1) ?? `exit code ${code}`}`));
    });
  });
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGTERM');
  } catch {
    child.kill();
  }
}
