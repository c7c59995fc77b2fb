import { join } from 'node:path';
import { packageFolder } from '../../runtime/package-files.ts';

/** File of the page that `flowc explain CODE` shows. */
export function pageOf(code: string): string {
  return join(packageFolder, 'docs', 'errors', `${code}.md`);
}
