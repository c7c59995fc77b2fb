/** Links of a page that lead nowhere. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from './blocks.ts';

/** Each as it is written; links to the web are not followed. */
export function brokenLinks(page: string, text: string): readonly string[] {
  const prose = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, text, target));
}

function leadsSomewhere(page: string, text: string, target: string): boolean {
  const [path, heading] = target.split('#') as [string, string?];
  const file = path === '' ? join(repository, page) : join(repository, dirname(page), path);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  if (!statSync(file).isFile()) return false;
  return headings(path === '' ? text : readFileSync(file, 'utf8')).includes(heading);
}

/** As GitHub names them. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, words]) =>
    words!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
