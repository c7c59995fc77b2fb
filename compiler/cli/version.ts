import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../runtime/package-files.ts';

/** The version of the running flowc. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
