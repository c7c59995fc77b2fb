import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';

/** What an interpreter says about itself. */
export interface Interpreter {
  /** The program itself: a wrapper on the PATH (pyenv) may stand before it. A venv's stays the venv's. */
  readonly executable: string;
  readonly version: string;
  /** Of its timezone data, `2025b`; null if it has none or does not say. */
  readonly timezones: string | null;
  /** Where it is installed, and the one it extends if it is a venv's. */
  readonly prefixes: readonly string[];
  /** Folders its modules come from. */
  readonly packages: readonly string[];
}

const run = promisify(execFile);
const answersWithinMs = 20_000;
const oldest = [3, 9] as const;

/** Understood by any Python, so that one that is too old can say so. */
const question = `
import json, os, sys
def timezones():
    try:
        import zoneinfo
        for folder in zoneinfo.TZPATH:
            for name in ("tzdata.zi", "+VERSION"):
                file = os.path.join(folder, name)
                if os.path.exists(file):
                    with open(file) as opened:
                        return opened.readline().replace("# version", "").strip()
        import tzdata
        return tzdata.IANA_VERSION
    except Exception:
        return None
prefixes = [sys.prefix, sys.exec_prefix, getattr(sys, "base_prefix", sys.prefix)]
folder, program = os.path.split(os.path.realpath(sys.executable))
if os.path.basename(folder) == "bin":
    prefixes.append(os.path.dirname(folder))
print(json.dumps({
    "executable": sys.executable, "version": sys.version.split()[0], "timezones": timezones(),
    "prefixes": prefixes, "packages": [entry for entry in sys.path if os.path.exists(entry)],
}))
`;

/** Asks the interpreter of that name or path. A sentence if it is missing, too old or does not answer. */
export async function askInterpreter(
  interpreter: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Interpreter | { readonly problem: string }> {
  const file = findInterpreter(interpreter, environment.PATH);
  if (file === null)
    return {
      problem: `Python was not found as ${JSON.stringify(interpreter)}: install Python ${oldest.join('.')} or newer, or name another one in flowc.json: "python": { "interpreter": "/path/to/python3" }.`,
    };
  try {
    // Not `-I`, which the oldest do not know; from a folder that has no modules of its own.
    const options = { timeout: answersWithinMs, env: { ...environment }, cwd: '/' };
    const { stdout } = await run(file, ['-E', '-s', '-c', question], options);
    const answer = JSON.parse(stdout) as Interpreter;
    const [major = 0, minor = 0] = answer.version.split('.').map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
      return {
        problem: `${file} is Python ${answer.version}: scripts need ${oldest.join('.')} or newer. Name another one in flowc.json: "python": { "interpreter": "/path/to/python3" }.`,
      };
    return answer;
  } catch (error) {
    const words = String((error as { stderr?: unknown }).stderr ?? '').trim();
    const last = words.split('\n').at(-1)?.replace(/\.$/, '') ?? '';
    return { problem: `${file} could not be started${last ? `: ${last}` : ' as a Python'}.` };
  }
}

/** Absolute path of an interpreter given as a path or as a name on the PATH; null if it is not there. Links stay links: a venv is known by them. */
export function findInterpreter(interpreter: string, path: string | undefined): string | null {
  if (interpreter.includes('/') || interpreter.includes(sep)) {
    const absolute = isAbsolute(interpreter) ? interpreter : resolve(interpreter);
    return isExecutable(absolute) ? absolute : null;
  }
  for (const folder of (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)) {
    const candidate = join(folder || '.', interpreter);
    if (isExecutable(candidate)) return resolve(candidate);
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
