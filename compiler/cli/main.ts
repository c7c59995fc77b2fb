import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes, reportFailure } from './exit.ts';
import { reportFormats } from './report.ts';
import { packageVersion } from './version.ts';

/** A command answers its exit code; its module is loaded only when it runs. */
type Action<Options> = (args: readonly string[], options: Options) => Promise<number>;

interface Row {
  readonly name: string;
  /** As commander writes them: `<campaign> <file>`. */
  readonly args?: string;
  /** What the first argument may be. */
  readonly choices?: readonly string[];
  readonly summary: string;
  readonly options?: readonly Option[];
  readonly load: () => Promise<Action<never>>;
}

const environment = new Option('--env <name>', 'environment of flowc.json').default('dev');
const workspace = new Option('-C, --workspace <folder>', 'folder in the workspace (default: the current one)');
const format = new Option('--format <format>', 'how results are printed').choices(['pretty', 'json']).default('pretty');
const reports = new Option(
  '--format <format>',
  'how findings are printed (default: pretty; github in GitHub Actions)',
).choices(reportFormats);
const watch = new Option('--watch', 'go on, and run again when a file changes; Ctrl-C ends it');

const commands: readonly Row[] = [
  {
    name: 'init',
    args: '[folder]',
    summary: 'write a small working workspace',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'check',
    summary: 'check every flow of the workspace',
    options: [
      workspace,
      reports,
      watch,
      new Option('--fix', 'make the edits that messages propose, then check again').conflicts('watch'),
    ],
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'build',
    summary: 'check, then write generated/',
    options: [
      workspace,
      reports,
      watch,
      new Option('--check', 'write nothing; fail when generated/ is not what a build would write'),
      new Option(
        '--base <ref>',
        'git commit whose versions stay runnable (default: the merge base with the main branch)',
      ),
    ],
    load: async () => (await import('./commands/build.ts')).buildCommand,
  },
  {
    name: 'fmt',
    args: '[paths...]',
    summary: 'format flow files; `-` formats stdin to stdout',
    options: [
      workspace,
      new Option('--check', 'write nothing; fail when a file is not formatted'),
      new Option('--diff', 'write nothing; print what would change'),
    ],
    load: async () => (await import('./commands/fmt.ts')).fmt,
  },
  {
    name: 'explain',
    args: '[code]',
    summary: 'tell what a code means, with an example and how to fix it; without a code, list them all',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'graph',
    args: '[campaign]',
    summary: 'draw flows, ways through them and what starts what; without a campaign, all of them',
    options: [
      workspace,
      new Option('--format <format>', 'Mermaid text, a page that needs no network, a picture, or Graphviz text')
        .choices(['mermaid', 'html', 'svg', 'dot'])
        .default('mermaid'),
    ],
    load: async () => (await import('./commands/graph.ts')).graph,
  },
  {
    name: 'preview',
    args: '[communication]',
    summary: 'show when a communication or a window opens and closes',
    options: [
      workspace,
      format,
      new Option('--window <text>', 'a window instead of a communication: "09:00-18:00 on weekdays"'),
      new Option('--duration <duration>', 'with --window: how long it stays open, like "24 hours"').default('24 hours'),
      new Option('--zone <zones...>', 'IANA timezones (default: the workspace’s)'),
      new Option(
        '--base <instants...>',
        'what `at` gives: 2026-03-07, "2026-03-07 10:00" or an instant with offset (default: now)',
      ),
    ],
    load: async () => (await import('./commands/preview.ts')).previewCommand,
  },
  {
    name: 'dev',
    summary: 'build and run everything here: Temporal, database, relay and worker',
    options: [
      workspace,
      environment,
      new Option('--start-all', 'start every campaign'),
      new Option('--catch-mail', 'deliver all e-mail to a local inbox instead of the configured servers'),
    ],
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'worker',
    summary: 'run the relay and a worker against a Temporal server and a database elsewhere',
    options: [workspace, environment],
    load: async () => (await import('./commands/worker.ts')).worker,
  },
  ...(['start', 'stop'] as const).map(
    (name): Row => ({
      name,
      args: '<campaign>',
      summary: name === 'start' ? 'let a campaign run' : 'hold a campaign: events are kept, nothing is sent',
      options: [workspace, environment],
      load: async () => {
        const { setCampaignState } = await import('./commands/campaign-state.ts');
        return (args, options) => setCampaignState(name, args, options);
      },
    }),
  ),
  {
    name: 'import',
    args: '<campaign> <file>',
    summary: 'create or update participants from a CSV file',
    options: [workspace, environment, format],
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  {
    name: 'publish',
    args: '[campaign]',
    summary: 'let new runs use the versions that were built last',
    options: [workspace, environment],
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  {
    name: 'status',
    args: '[campaign] [participant]',
    summary: 'show campaigns, participants and what they wait for, or all that happened to one of them',
    options: [workspace, environment, format],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'doctor',
    summary: 'look at everything flowc needs on this machine, and say what to do',
    options: [workspace, environment, format],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'repair',
    args: '[campaign] [participant]',
    summary: 'repair stuck participants, and end what has lost its workflow; nothing is sent twice',
    options: [
      workspace,
      environment,
      format,
      new Option('--dry-run', 'change nothing; print what would be done'),
      new Option('--restored', 'compare everything with Temporal: the database was restored from a backup'),
      new Option('--terminate', 'end this one participant, whatever the workflow is doing'),
    ],
    load: async () => (await import('./commands/repair.ts')).repair,
  },
  {
    name: 'completion',
    args: '<shell>',
    choices: ['bash', 'zsh', 'fish'],
    summary: 'print a script that completes commands, options and campaigns in a shell',
    load: async () => {
      const { completion } = await import('./commands/completion.ts');
      return (args) => completion(args, commands);
    },
  },
];

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let exit: number = exitCodes.ok;
  const program = new Command('flowc')
    .description('Participant-communication campaigns as code.')
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('Run with --help to see what is allowed.');
  for (const row of commands) {
    const command = program.command(row.name).summary(row.summary).description(row.summary).allowExcessArguments(false);
    if (row.choices) command.addArgument(new Argument(row.args!).choices(row.choices));
    else if (row.args) command.arguments(row.args);
    for (const option of row.options ?? []) command.addOption(option);
    command.action(async () => {
      const run = (await row.load()) as Action<unknown>;
      exit = await run(
        command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string'),
        command.opts(),
      );
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError || error instanceof InvalidArgumentError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    return reportFailure(error);
  }
}

// Whoever reads our output may stop early (`flowc check | head`): the exit code stays what it is. A full disk is told on stderr.
let lost = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout)
      process.stderr.write(`flowc cannot write its output (${error.message}): make room, or write elsewhere.\n`);
    lost = true;
    process.exitCode = exitCodes.environment;
  });
}
const exitCode = await main(process.argv.slice(2));
process.exitCode = lost ? exitCodes.environment : exitCode;
// A worker of the SDK that did not end in time leaves its threads behind, and they would keep the process for ever.
setTimeout(() => process.exit(), 5_000).unref();
