import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { styleText } from 'node:util';
import type { Paint, Role, Target } from '../../frame.ts';
import { pageOf } from '../error-page.ts';
import type { Pen } from './pretty.ts';

const styles: Readonly<Record<Role, Parameters<typeof styleText>[0]>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  message: 'bold',
  gutter: 'blue',
  place: 'cyan',
  label: 'cyan',
  help: 'green',
};

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Colour only where the stream is a terminal that wants it (`NO_COLOR`, `FORCE_COLOR`). Links by `showsLinks`. */
export function penFor(stream: Stream, folder: string): Pen {
  const paint: Paint = (role, text) => styleText(styles[role], text, { stream });
  if (!showsLinks(stream, process.env)) return { paint, link: (_target, text) => text };
  return { paint, link: (target, text) => hyperlink(urlOf(target, folder), text) };
}

/**
 * Whether OSC 8 links are written: on a terminal, unless it says it is dumb, colour is refused, or a CI's log is at the
 * other end. `FORCE_HYPERLINK=1` writes them anyway, `FORCE_HYPERLINK=0` never.
 */
export function showsLinks(
  { isTTY }: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_HYPERLINK: forced, NO_COLOR: plain, CI: ci, TERM: terminal } = environment;
  if (forced) return forced !== '0';
  return isTTY === true && !plain && !ci && terminal !== 'dumb';
}

function urlOf(target: Target, folder: string): string {
  switch (target.kind) {
    case 'place':
      return `${pathToFileURL(join(folder, target.file)).href}#L${target.line}`;
    case 'code':
      return pathToFileURL(pageOf(target.code)).href;
    default:
      return target satisfies never;
  }
}

/** OSC 8, ended by ST. */
function hyperlink(url: string, text: string): string {
  return `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`;
}
