/** Commands that pages name, held against what `--help` says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowc } from '../cli/flowc.ts';
import { repository } from './blocks.ts';

export type Help = ReadonlyMap<string, string>;
const asked = new Map<string, Promise<string>>();

/** What `flowc COMMAND --help` prints, for each command that the lines name. */
export async function helpOf(text: string): Promise<Help> {
  const commands = new Set(callsIn(text).map(({ command }) => command));
  for (const command of commands) {
    const outcome =
      asked.get(command) ??
      flowc(repository, [command, '--help']).then(({ code, stdout }) => (code === 0 ? stdout : ''));
    asked.set(command, outcome);
  }
  const entries = [...commands].map(async (command) => [command, await asked.get(command)!] as const);
  return new Map(await Promise.all(entries));
}

/** Sentences about calls that would be refused: unknown commands, options and npm scripts. */
export function mistakesInCommands(text: string, help: Help): readonly string[] {
  const scripts = Object.keys(
    (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object }).scripts,
  );
  const npm = [...text.matchAll(/\bnpm (?:run (\S+)|(test))/g)].flatMap(([call, script, test]) =>
    scripts.includes(script ?? test!) ? [] : [`${call}: there is no such script`],
  );
  const own = callsIn(text).flatMap(({ command, options }) => {
    const says = help.get(command) ?? '';
    // `--help` of an unknown command is that of the program, which lists all.
    if (!says.startsWith(`Usage: flowc ${command}`)) return [`flowc ${command}: there is no such command`];
    return options
      .filter((option) => !new RegExp(`(^|\\s)${option}(?![\\w-])`, 'm').test(says))
      .map((option) => `flowc ${command} ${option}: there is no such option`);
  });
  return [...npm, ...own];
}

interface Call {
  readonly command: string;
  readonly options: readonly string[];
}

/** Calls of flowc, one a line; what stands after two spaces or `#` is said about them. */
function callsIn(text: string): readonly Call[] {
  return text.split('\n').flatMap((line) => {
    const call = /^(?:\$ )?(?:npx )?flowc (\w+)(.*)$/.exec(line.replace(/( {2,}|\s#).*$/, ''));
    if (call === null) return [];
    const unquoted = call[2]!.replace(/"[^"]*"/g, '');
    return [
      { command: call[1]!, options: [...unquoted.matchAll(/(?:^|\s)(--?[a-z][\w-]*)/g)].map(([, option]) => option!) },
    ];
  });
}
