/**
 * How `flowc check` and `flowc build` grow with the workspace: whole processes, the type check of the generated code included.
 *
 *     node --conditions=flowc-source test/bench/scale.ts [--flows 100,500,1000,2000] [--repeat 3] [--folder <kept workspace>]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Measured, measure } from './scale/measure.ts';
import { type Files, largeWorkspace } from './scale/workspace.ts';

const flowsPerCampaign = 10;
const limits = { check: 3, build: 15, megabytes: 1024 };
const flowc = join(import.meta.dirname, '../../bin/flowc.js');

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '100,500,1000,2000' },
    repeat: { type: 'string', default: '3' },
    folder: { type: 'string' },
  },
});

interface Row {
  readonly flows: number;
  readonly lines: number;
  readonly check: Measured;
  readonly build: Measured;
  readonly rebuild: Measured;
}

const rows: Row[] = [];
for (const flows of values.flows.split(',').map(Number)) {
  const files = largeWorkspace({ flows, flowsPerCampaign });
  const runs = [];
  for (let run = 0; run < Number(values.repeat); run++) runs.push(await measureWorkspace(files));
  rows.push({
    flows,
    lines: linesOf(files),
    check: median(runs.map(({ check }) => check)),
    build: median(runs.map(({ build }) => build)),
    rebuild: median(runs.map(({ rebuild }) => rebuild)),
  });
  process.stderr.write(`${flows} flows measured\n`);
}
process.stdout.write(`${table(rows)}\n`);
const failed = rows.flatMap(beyondLimits);
for (const line of failed) process.stdout.write(`${line}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function measureWorkspace(files: Files): Promise<Pick<Row, 'check' | 'build' | 'rebuild'>> {
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'flowc-scale-'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  try {
    const run = async (command: string): Promise<Measured> => {
      const measured = await measure(process.execPath, [flowc, command, '-C', folder], folder);
      if (measured.exitCode !== 0) throw new Error(`flowc ${command} failed:\n${measured.output}`);
      return measured;
    };
    return { check: await run('check'), build: await run('build'), rebuild: await run('build') };
  } finally {
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(files: Files): number {
  const texts = [...files].flatMap(([path, text]) => (path.endsWith('.flow') ? [text] : []));
  return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}

function median(runs: readonly Measured[]): Measured {
  const middle = (pick: (run: Measured) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor((runs.length - 1) / 2)]!;
  return {
    ...runs[0]!,
    seconds: middle((run) => run.seconds),
    processorSeconds: middle((run) => run.processorSeconds),
    megabytes: middle((run) => run.megabytes),
  };
}

function table(all: readonly Row[]): string {
  const head = ['flows', 'lines', 'check s', 'CPU s', 'MB', 'build s', 'CPU s', 'MB', 'build again s', 'CPU s'];
  const body = all.map(({ flows, lines, check, build, rebuild }) => [
    String(flows),
    String(lines),
    check.seconds.toFixed(2),
    check.processorSeconds.toFixed(2),
    check.megabytes.toFixed(0),
    build.seconds.toFixed(2),
    build.processorSeconds.toFixed(2),
    build.megabytes.toFixed(0),
    rebuild.seconds.toFixed(2),
    rebuild.processorSeconds.toFixed(2),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '--:')), ...body.map(line)].join('\n');
}

function beyondLimits({ flows, check, build }: Row): readonly string[] {
  const found: string[] = [];
  const over = (what: string, is: number, limit: number, unit: string): void => {
    if (is > limit) found.push(`${flows} flows: ${what} took ${is.toFixed(1)} ${unit}, allowed are ${limit}`);
  };
  over('check', check.seconds, limits.check, 's');
  over('build', build.seconds, limits.build, 's');
  over('check', check.megabytes, limits.megabytes, 'MB');
  over('build', build.megabytes, limits.megabytes, 'MB');
  return found;
}
