/** The Python of this host, and how its scripts are kept apart here. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { askInterpreter, findInterpreter, type Interpreter } from './interpreter.ts';
import { sandboxOf } from './sandbox.ts';
import { startZygote, type Zygote, type ZygoteCommand } from './zygote.ts';

export type Sandbox =
  | { readonly kind: 'bubblewrap'; readonly program: string; readonly version: string }
  /** `why` completes "scripts run without a sandbox: …". */
  | { readonly kind: 'none'; readonly why: string };

export interface PythonHost {
  readonly interpreter: Interpreter;
  readonly sandbox: Sandbox;
}

export interface PythonSettings {
  /** Name on the PATH or path, also of a venv's python. Default `python3`. */
  readonly interpreter?: string;
  /** Whether scripts reach the network. `none` needs a sandbox. Default `host`. */
  readonly network?: 'host' | 'none';
  /** `off`: limits alone, as on a host without bubblewrap. Default `on`. */
  readonly sandbox?: 'on' | 'off';
  /** Files and folders that a script never sees, wherever it lies: `flowc.json`, `.flowc`. */
  readonly hidden?: readonly string[];
  /** The only environment variables that reach a script, by name. Default none. */
  readonly env?: readonly string[];
  /** Where the values of `env` and the PATH to look programs up come from. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The harness's one argument. */
interface HarnessSetup {
  readonly mode: 'sandbox' | 'plain';
  /** Variables that scripts may read. */
  readonly env: readonly string[];
  /** Paths below /tmp that stay. */
  readonly keep: readonly string[];
}

const harness = fileURLToPath(new URL('./harness.py', import.meta.url));
const run = promisify(execFile);
const install = 'install it (Debian and Ubuntu: `apt-get install bubblewrap`)';

/** Looks at what is here, and starts a sandbox to see that it works. A sentence if Python is missing. */
export async function lookAtHost(settings: PythonSettings): Promise<PythonHost | { readonly problem: string }> {
  const interpreter = await askInterpreter(settings.interpreter ?? 'python3', settings.environment ?? process.env);
  if ('problem' in interpreter) return interpreter;
  const sandbox = await findSandbox(settings);
  if (sandbox.kind === 'none') return { interpreter, sandbox };
  const trial = zygoteFor({ interpreter, sandbox }, settings, []);
  const why = await trial.ready;
  await trial.end();
  if (why === null) return { interpreter, sandbox };
  return { interpreter, sandbox: { kind: 'none', why: `bubblewrap does not work here (${why})` } };
}

async function findSandbox({ sandbox = 'on', environment = process.env }: PythonSettings): Promise<Sandbox> {
  if (sandbox === 'off') return { kind: 'none', why: 'it is turned off' };
  const program = findInterpreter('bwrap', environment.PATH);
  if (program === null) return { kind: 'none', why: `bubblewrap is missing; ${install}` };
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 5_000 });
    return { kind: 'bubblewrap', program, version: stdout.replace('bubblewrap', '').trim() };
  } catch (error) {
    return { kind: 'none', why: `${program} does not run (${(error as Error).message.split('\n')[0]})` };
  }
}

/** Starts a zygote; `folders` of scripts are there for its calls. */
export function zygoteFor(host: PythonHost, settings: PythonSettings, folders: readonly string[]): Zygote {
  return startZygote(commandOf(host, settings, folders));
}

function commandOf(host: PythonHost, settings: PythonSettings, folders: readonly string[]): ZygoteCommand {
  const { interpreter, sandbox } = host;
  const environment = settings.environment ?? process.env;
  const env = Object.fromEntries(
    (settings.env ?? []).flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  const python = (setup: HarnessSetup) => ['-I', '-B', '-X', 'utf8', harness, JSON.stringify(setup)];
  const names = Object.keys(env);
  if (sandbox.kind === 'none') {
    const command = python({ mode: 'plain', env: names, keep: [] });
    return { program: interpreter.executable, arguments: command, env, endedBy: 'SIGTERM' };
  }
  const view = sandboxOf({
    harness: dirname(harness),
    interpreter,
    network: settings.network ?? 'host',
    folders,
    hidden: settings.hidden ?? [],
    root: process.getuid?.() === 0,
  });
  const inside = python({ mode: 'sandbox', env: names, keep: view.inScratch });
  const command = [...view.arguments, '--', interpreter.executable, ...inside];
  return { program: sandbox.program, arguments: command, env, endedBy: 'SIGKILL' };
}

/** Why scripts cannot run here as `flowc.json` demands; null if they can. */
export function networkProblem({ sandbox }: PythonHost, network: 'host' | 'none'): string | null {
  if (network === 'host' || sandbox.kind === 'bubblewrap') return null;
  return `Scripts may not reach the network here ("network": "none" under "python" in flowc.json, the default outside dev), and only a sandbox can hold that: ${sandbox.why}. Or allow it: "python": { "network": "host" }.`;
}
