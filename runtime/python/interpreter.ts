import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';

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
