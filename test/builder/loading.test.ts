import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBuilders } from '../../compiler/cli/load-builder.ts';
import { builderDiagnostic } from '../../compiler/diagnostics/from-builder.ts';
import { isBuilderProblem } from '../../dsl/builder/problems.ts';
import type { BuiltFile } from '../../dsl/builder/registry.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-builder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const flowFile = `import { flow, on, stop } from 'flowc';
flow('hello', 'greet', { on: on.participantCreated, do: [stop()] });
`;

function write(files: Readonly<Record<string, string>>): readonly string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return Object.keys(files).filter((path) => path.endsWith('.flow.ts'));
}

function load(files: Readonly<Record<string, string>>, limitMs?: number): Promise<readonly BuiltFile[]> {
  const paths = write(files);
  return loadBuilders({ folder, paths, refs: null, ...(limitMs === undefined ? {} : { limitMs }) });
}

/** `file:line message` of each problem. */
function problemsOf(built: readonly BuiltFile[]): string[] {
  return built.flatMap(({ problems }) =>
    problems.map((problem) => {
      const message = isBuilderProblem(problem) ? builderDiagnostic(problem).message : problem.kind;
      return `${problem.span.file}:${problem.span.line} ${message}`;
    }),
  );
}

describe('a builder file that cannot be used gives one message at its line', () => {
  it.each([
    ['throws', `\nthrow new Error('no people');`, '2 a.flow.ts throws an error while it loads: no people.'],
    ['throws no error', `throw 'words';`, '1 a.flow.ts throws an error while it loads: words.'],
    ['is no TypeScript', 'const a = ;', '1 a.flow.ts throws an error while it loads: '],
    ['uses TypeScript that needs a compiler', '\nenum A { b }', '2 a.flow.ts throws an error while it loads: '],
    ['imports what is not there', `\nimport './b.ts';`, '2 a.flow.ts imports "./b.ts", which does not exist.'],
    ['imports without ending', `import './b';`, '1 a.flow.ts imports "./b", which does not exist.'],
    [
      'imports a name flowc has not',
      `import { flaw } from 'flowc';\nflaw();`,
      '1 a.flow.ts throws an error while it loads: ',
    ],
    [
      'awaits for ever',
      'await new Promise(() => {});',
      '1 a.flow.ts did not finish loading: it awaits a promise that never settles.',
    ],
    ['ends the process', '\nprocess.exit(0);', '2 a.flow.ts calls `process.exit` while it loads.'],
    ['fetches', `\nawait fetch('http://127.0.0.1:9/');`, '2 a.flow.ts uses the network'],
    [
      'opens a connection',
      `import { get } from 'node:http';\nget('http://127.0.0.1:9/');\nawait new Promise((go) => setTimeout(go, 50));`,
      '2 a.flow.ts uses the network',
    ],
    [
      'looks up a host',
      `import { lookup } from 'node:dns/promises';\nawait lookup('localhost');`,
      '2 a.flow.ts uses the network',
    ],
    ['writes', `import fs from 'node:fs';\nfs.writeFileSync('a.txt', '');`, '2 a.flow.ts writes a file'],
    [
      'starts a process',
      `import { execSync } from 'node:child_process';\nexecSync('true');`,
      '2 a.flow.ts starts a process',
    ],
    [
      'leaves a rejection behind',
      `\nvoid Promise.reject(new Error('no rows'));`,
      '2 a.flow.ts throws an error while it loads: no rows.',
    ],
    [
      'throws later',
      `setTimeout(() => {\n  throw new Error('no rows');\n}, 5);`,
      '2 a.flow.ts throws an error while it loads: no rows.',
    ],
    [
      'gives a function of the builder what it cannot take',
      `import { email } from 'flowc';\nemail('A', undefined as never);`,
      '2 a.flow.ts passes a builder function a value it cannot use: Cannot read properties of undefined',
    ],
  ])('%s', async (_what, text, message) => {
    const problems = problemsOf(await load({ 'a.flow.ts': text }));
    expect(problems).toEqual([expect.stringContaining(`a.flow.ts:${message}`)]);
  });

  it.each([
    [
      'compares a value',
      'when(attempts > 3, [stop()])',
      'JavaScript cannot read `attempts`, which has a value only when a flow runs',
    ],
    ['adds to a value', 'set(attempts.to((attempts as never) + 1))', 'JavaScript cannot read `attempts`'],
    ['prints a value into a text', 'when(String(attempts.plus(1)), [stop()])', 'JavaScript cannot read `attempts + 1`'],
    ['joins conditions', 'when(paid && attempts.gt(3), [stop()])', '`&&` drops one side of a condition'],
    ['offers conditions', 'when(not(or(paid, paid || done)), [stop()])', '`||` drops one side of a condition'],
    ['turns a condition round', 'when((!paid) as never, [stop()])', 'Expected a boolean field, a comparison'],
  ])('whose JavaScript %s', async (_what, statement, message) => {
    const built = await load({
      'hello/a.flow.ts': `import { boolean, campaign, flow, integer, not, on, or, set, stop, when } from 'flowc';
const { paid, done, attempts } = campaign('x', { participant: { paid: boolean(), done: boolean(), attempts: integer() } }).fields;
flow('x', 'y', {
  on: on.participantCreated,
  do: [${statement}, not, or, set, stop, when].slice(0, 1) as never,
});
export const use = [done];
`,
    });
    expect(problemsOf(built)).toEqual([expect.stringContaining(message)]);
    expect(problemsOf(built)[0]).toMatch(/^hello\/a\.flow\.ts:5 /);
  });

  it.each([
    [
      'percent of a split',
      "split('S', [{ percent: Number.NaN, do: [stop()] }, { otherwise: [stop()] }])",
      'a number that is zero or greater, but found NaN',
    ],
    [
      'negative percent',
      "split('S', [{ percent: -5, do: [stop()] }, { otherwise: [stop()] }])",
      'a number that is zero or greater, but found -5',
    ],
    [
      'percent as text',
      "split('S', [{ percent: '50%', do: [stop()] } as never])",
      'a number that is zero or greater, but found "50%"',
    ],
  ])('whose number cannot be written: %s', async (_what, statement, message) => {
    const built = await load({
      'hello/a.flow.ts': `import { flow, on, split, stop } from 'flowc';
flow('x', 'y', { on: on.participantCreated, do: [
  ${statement},
]});
export const use = [split, stop];
`,
    });
    expect(problemsOf(built)).toEqual([expect.stringContaining(message)]);
    expect(problemsOf(built)[0]).toMatch(/^hello\/a\.flow\.ts:3 /);
  });

  it('whose limit or holdout is no number', async () => {
    const built = await load({
      'hello/a.flow.ts': `import { campaign } from 'flowc';
campaign('x', {
  holdout: Number.NaN,
  atMost: { count: -1 },
});
`,
    });
    expect(problemsOf(built)).toEqual([
      'hello/a.flow.ts:3 `holdout` expects a number that is zero or greater, but found NaN.',
      'hello/a.flow.ts:4 `atMost` expects a number that is zero or greater, but found -1.',
    ]);
    const bare = await load({
      'hello/a.flow.ts': `import { campaign } from 'flowc';\ncampaign('x', { atMost: [3] });\n`,
    });
    expect(problemsOf(bare)).toEqual([
      "hello/a.flow.ts:2 `atMost` expects a limit such as { count: 3, of: 'voice', per: '7 days' }, but found 3.",
    ]);
  });

  it('in which two lists hold one communication', async () => {
    const text = `import { email, flow, on, when } from 'flowc';
const HELLO = email('HELLO', { at: 'now' });
flow('hello', 'greet', {
  on: on.participantCreated,
  do: [
    HELLO,
    when('paid', [HELLO]),
  ],
});
`;
    expect(problemsOf(await load({ 'hello/a.flow.ts': text }))).toEqual([
      'hello/a.flow.ts:6 Communication `HELLO` is in two lists of statements.',
    ]);
  });

  it('loops', async () => {
    const built = await load({ 'a.flow.ts': 'for (;;);', 'b.flow.ts': 'export {};' }, 1_500);
    expect(problemsOf(built)).toEqual(['a.flow.ts:1 a.flow.ts did not finish loading within 1.5 seconds.']);
  });

  it('waits for ever', async () => {
    const built = await load({ 'a.flow.ts': 'await new Promise((go) => setTimeout(go, 1e9));' }, 1_500);
    expect(problemsOf(built)).toEqual(['a.flow.ts:1 a.flow.ts did not finish loading within 1.5 seconds.']);
  });

  it('fills the memory', async () => {
    const built = await load(
      { 'a.flow.ts': 'const all = []; for (;;) all.push(new Array(100_000).fill(1));' },
      600_000,
    );
    expect(problemsOf(built)).toEqual([
      'a.flow.ts:1 a.flow.ts did not finish loading: it needs more than 512 MB of memory.',
    ]);
  });
});

describe('loading', () => {
  it('does not count time in which a file did not get to work', async () => {
    const seldom = `const cell = new Int32Array(new SharedArrayBuffer(4));
for (let n = 0; n < 30; n++) {
  Atomics.wait(cell, 0, 0, 100);
  for (const began = performance.now(); performance.now() - began < 20; );
}
`;
    expect(problemsOf(await load({ 'a.flow.ts': seldom }, 1_500))).toEqual([]);
  });

  it('keeps what a printing file declares, and says where it prints', async () => {
    const built = await load({ 'hello/a.flow.ts': `${flowFile}console.log('hi');\nconsole.error('there');\n` });
    expect(problemsOf(built).map((line) => line.split(' while')[0])).toEqual([
      'hello/a.flow.ts:3 hello/a.flow.ts prints "hi"',
      'hello/a.flow.ts:4 hello/a.flow.ts prints "there"',
    ]);
    expect(built[0]!.file.declarations.map(({ kind }) => kind)).toEqual(['flow']);
  });

  it('reports a file that several import once, and calls all of them lost', async () => {
    const built = await load({
      'a.flow.ts': `import './c.flow.ts';`,
      'b.flow.ts': `import './c.flow.ts';`,
      'c.flow.ts': `throw new Error('broken');`,
      'd.flow.ts': 'export {};',
    });
    expect(problemsOf(built)).toEqual(['c.flow.ts:1 c.flow.ts throws an error while it loads: broken.']);
    expect(built.map(({ lost }) => lost)).toEqual([true, true, true, false]);
  });

  it('knows the file of a declaration made by a helper, and the line in the helper', async () => {
    const built = await load({
      'hello/helper.ts': `import { flow, on, stop } from 'flowc';
export function made(name: string) {
  flow('hello', name, { on: on.participantCreated, do: [stop()] });
}
`,
      'hello/a.flow.ts': `import { made } from './helper.ts';\nmade('greet');\n`,
    });
    expect(problemsOf(built)).toEqual([]);
    const [declaration] = built[0]!.file.declarations;
    expect(declaration).toMatchObject({ kind: 'flow', span: { file: 'hello/helper.ts', line: 3 } });
  });

  it('keeps what is declared after an await that nobody waits for', async () => {
    const late = `import { readFile } from 'node:fs/promises';\nvoid readFile('rows.txt', 'utf8').then((row) => flow('hello', row, { on: on.participantCreated, do: [stop()] }));\n`;
    writeFileSync(join(folder, 'rows.txt'), 'later');
    const built = await load({ 'hello/a.flow.ts': flowFile + late });
    expect(problemsOf(built)).toEqual([]);
    expect(built[0]!.file.declarations).toMatchObject([{ name: { text: 'greet' } }, { name: { text: 'later' } }]);
  });

  it('warns of statements that no flow has', async () => {
    const text = `${flowFile}import { when } from 'flowc';\nstop();\nwhen('paid', [stop()]);\n`;
    const built = await load({ 'hello/a.flow.ts': text });
    const message = 'This statement is not part of any flow, so it never runs.';
    expect(problemsOf(built)).toEqual([4, 5].map((line) => `hello/a.flow.ts:${line} ${message}`));
    expect(built[0]!.file.declarations).toHaveLength(1);
  });

  it('refuses declarations that stand in no builder file', async () => {
    const built = await load({ 'hello/helper.ts': flowFile, 'hello/a.flow.ts': `import './helper.ts';` });
    expect(problemsOf(built)).toEqual([
      'hello/helper.ts:2 This declaration is outside every builder file, so it is not part of any campaign.',
    ]);
  });

  it('points at the same in files with a byte order mark and Windows line ends', async () => {
    const text = [
      "\uFEFFimport { flow, on, stop, when } from 'flowc'; void when('paid andd', [stop()]);",
      "flow('hello', 'greet', { on: on.participantCreated, do: [",
      '  when(`paid and',
      '  late andd`, [stop()]),',
      ']});',
    ].join('\r\n');
    const [{ problems }] = (await load({ 'hello/a.flow.ts': text })) as [BuiltFile];
    expect(problems.map(({ span }) => [span.line, text.slice(span.start, span.end)])).toEqual([
      [1, 'andd'],
      [4, 'andd'],
      [1, "when('paid andd', [stop()])"],
    ]);
  });

  it('points at settings, and into the words of the language', async () => {
    const text = `import { email } from 'flowc';
email('HELLO', {
  agent: 'concierge',
  window: '09:00-18:00 on wekdays, 19:00',
  at: 'due_date +',
  duration: '24 hours',
});
`;
    const built = await load({ 'hello/a.flow.ts': text });
    const [{ problems, file }] = built as [BuiltFile];
    const written = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    expect(problems.map(({ kind, span }) => [kind, span.line, text.slice(0, span.start).split('\n').at(-1)])).toEqual([
      ['expected', 4, "  window: '09:00-18:00 on wekdays, 19:00"],
      ['missing value', 5, "  at: 'due_date +"],
    ]);
    const [declaration] = file.declarations;
    if (declaration?.kind !== 'shared communication') throw new Error('not shared');
    expect(declaration.communication.items.map(({ span }) => written(span))).toEqual([
      "agent: 'concierge'",
      "window: '09:00-18:00 on wekdays, 19:00'",
      "at: 'due_date +'",
      "duration: '24 hours'",
    ]);
  });
});
