import type { Option } from 'commander';
import { diagnosticTable } from '../../diagnostics/table.ts';
import { exitCodes } from '../exit.ts';

/** What a completion knows of a command. */
export interface CommandWords {
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly options?: readonly Option[];
}

type Shell = 'bash' | 'zsh' | 'fish';

/** `flowc completion SHELL`: a script for the shell, on stdout. */
export async function completion(args: readonly string[], commands: readonly CommandWords[]): Promise<number> {
  process.stdout.write(completionScript(args[0] as Shell, commands));
  return exitCodes.ok;
}

function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
    default:
      return shell satisfies never;
  }
}

/** Campaigns are the folders with flow files in the workspace around the current folder. */
const campaignsInShell = `  local folder=$PWD file
  while [ ! -f "$folder/workspace.flow" ] && [ ! -f "$folder/workspace.flow.ts" ]; do
    if [ "$folder" = / ]; then return; fi
    folder=$(dirname "$folder")
  done
  for file in "$folder"/*/; do
    if ls "$file" | grep -Eq '\\.flow(\\.ts)?$'; then basename "$file"; fi
  done 2>/dev/null`;

const codes = Object.keys(diagnosticTable).join(' ');
const shells = 'bash zsh fish';

function bash(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const options = commands.map((command) => `    ${command.name}) words="${optionWords(command).join(' ')}" ;;`);
  const values = commands.flatMap((command) =>
    (command.options ?? [])
      .filter(({ argChoices }) => argChoices)
      .map(({ long, argChoices }) => `    "${command.name} ${long}") words="${argChoices!.join(' ')}" ;;`),
  );
  return `# flowc completion for bash: add  source <(flowc completion bash)  to ~/.bashrc
_flowc_campaigns() {
${campaignsInShell}
}
_flowc() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  if [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; elif [ "$current" = = ]; then current=; fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names}" -- "$current")); return; fi
  case "$command $previous" in
${values.join('\n')}
  esac
  if [ -z "$words" ]; then case "$command" in
${options.join('\n')}
  esac; fi
  if [[ $current != -* && "$COMP_CWORD" -eq 2 ]]; then case "$command" in
${argumentCases(commands, (kind) => `words="${kind === 'campaign' ? '$(_flowc_campaigns)' : kind === 'code' ? codes : shells}"`)}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _flowc flowc
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const described = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = commands.map((command) => {
    const options = (command.options ?? []).map((option) => {
      const { long, description, argChoices, required } = option;
      const value = argChoices ? `:value:(${argChoices.join(' ')})` : required ? ':value:_files' : '';
      return `'${long}[${quoted(description).replace(/[[\]:]/g, '\\$&')}]${value}'`;
    });
    const argument = argumentKind(command);
    const values = { campaign: '_flowc_campaigns', code: `(${codes})`, shell: `(${shells})`, file: '_files' };
    return `    ${command.name}) _arguments ${[...options, `'1:${argument}:${values[argument]}'`, "'*:file:_files'"].join(' ')} ;;`;
  });
  return `#compdef flowc
# flowc completion for zsh: add  source <(flowc completion zsh)  to ~/.zshrc after compinit
_flowc_campaigns() {
  local -a campaigns
  campaigns=(\${(f)"$(_flowc_list)"})
  _describe campaign campaigns
}
_flowc_list() {
${campaignsInShell}
}
_flowc() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _flowc flowc
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap((command) => {
    const inside = `complete -c flowc -n '__fish_seen_subcommand_from ${command.name}'`;
    const options = (command.options ?? []).map(({ long, description, argChoices, required }) => {
      const value = argChoices ? ` -x -a '${argChoices.join(' ')}'` : required ? ' -r' : '';
      return `${inside} -l ${long!.slice(2)}${value} -d '${quoted(description)}'`;
    });
    const argument = argumentKind(command);
    const values = { campaign: '(__flowc_campaigns)', code: codes, shell: shells, file: null }[argument];
    return [
      `complete -c flowc -f -n __fish_use_subcommand -a ${command.name} -d '${quoted(command.summary)}'`,
      ...(values ? [`${inside} -f -a '${values}'`] : []),
      ...options,
    ];
  });
  return `# flowc completion for fish: flowc completion fish > ~/.config/fish/completions/flowc.fish
function __flowc_campaigns
  set -l folder $PWD
  while not test -f $folder/workspace.flow -o -f $folder/workspace.flow.ts
    test $folder = /; and return
    set folder (dirname $folder)
  end
  for file in $folder/*/*.flow $folder/*/*.flow.ts
    basename (dirname $file)
  end | sort -u
end
${lines.join('\n')}
`;
}

type ArgumentKind = 'campaign' | 'code' | 'shell' | 'file';

/** What the first argument of a command is. */
function argumentKind({ args = '' }: CommandWords): ArgumentKind {
  const [, first] = /^[<[](\w+)/.exec(args) ?? [];
  return first === 'campaign' || first === 'code' || first === 'shell' ? first : 'file';
}

function argumentCases(commands: readonly CommandWords[], line: (kind: ArgumentKind) => string): string {
  return commands
    .map((command) => ({ name: command.name, kind: argumentKind(command) }))
    .filter(({ kind }) => kind !== 'file')
    .map(({ name, kind }) => `    ${name}) ${line(kind)} ;;`)
    .join('\n');
}

function optionWords({ options = [] }: CommandWords): string[] {
  return [...options.map(({ long }) => long!), '--help'];
}

/** Inside single quotes of any of the three shells. */
function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
