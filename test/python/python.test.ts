import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pythonPool } from '../../runtime/python/pool.ts';
import type { PythonCall } from '../../runtime/python/port.ts';
import { body, callOf, closeAfterAll, folders, processesWith, textsOf } from './support.ts';

const pool = closeAfterAll(
  pythonPool({ size: 2, env: ['CRM_TOKEN'], environment: { ...process.env, CRM_TOKEN: 't', OTHER: 'o' } }),
);
const folder = folders();
const run = (code: string, over: Partial<PythonCall> = {}) => pool.call(callOf(code, over));
const texts = textsOf;

describe('a script', () => {
  it('gets typed values and gives typed values back', async () => {
    const outcome = await run(
      body(
        'assert participant["amount"].__class__.__name__ == "Decimal" and participant["missing"] is None',
        'assert communication["started"].hour == 11 and communication["results"]["pay_by"].day == 12',
        'assert params["tags"] == ["late"] and params["threshold"] * participant["amount"] == participant["amount"] / 2',
        'from datetime import timedelta',
        'return {"amount": participant["amount"] * 2, "due": participant["due"] + timedelta(days=1),',
        '        "at": participant["at"], "utc": communication["started"], "n": 3, "ok": True, "gone": None, "ratio": 0.5}',
      ),
      {
        participant: { amount: '12.50', due: '2026-03-31', at: '2026-03-10T10:00:00' },
        types: {
          amount: { kind: 'numeric' },
          due: { kind: 'date' },
          at: { kind: 'datetime' },
          missing: { kind: 'string' },
        },
        communication: {
          name: 'CALL',
          channel: 'line',
          status: 'Completed',
          reason: 'answered',
          started: '2026-03-10T10:00:00Z',
          ended: null,
          results: { pay_by: '2026-03-12' },
          types: { pay_by: { kind: 'date' } },
        },
        params: { threshold: { $numeric: '0.5' }, tags: ['late'] },
      },
    );
    expect(outcome).toEqual({
      kind: 'returned',
      log: [],
      fields: {
        amount: '25.00',
        due: '2026-04-01',
        at: '2026-03-10T10:00:00',
        utc: '2026-03-10T10:00:00Z',
        n: 3,
        ok: true,
        gone: null,
        ratio: 0.5,
      },
    });
  });

  it('may be async, import modules beside it, and be a file in a folder only its owner may enter', async () => {
    const scripts = join(folder(), 'scripts');
    mkdirSync(scripts);
    writeFileSync(join(scripts, 'rates.py'), 'FACTOR = 3\n');
    const file = join(scripts, 'score.py');
    writeFileSync(
      file,
      'import asyncio\nimport rates\nasync def run(participant, communication, params, log):\n    await asyncio.sleep(0.01)\n    return {"n": rates.FACTOR}\n',
    );
    const outcome = await pool.call(callOf('', { script: { file } }));
    expect(outcome).toEqual({ kind: 'returned', fields: { n: 3 }, log: [] });
    writeFileSync(file, 'def run(p, c, a, log):\n    return {"n": 4}\n');
    expect(await pool.call(callOf('', { script: { file } }))).toMatchObject({ fields: { n: 4 } });
  });

  it('can import all of the standard library, wherever the interpreter lies', async () => {
    const imports = 'import csv, email.mime.text, http.client, sqlite3, statistics, xml.etree.ElementTree';
    expect(await run(body(imports, 'return {}'))).toEqual({ kind: 'returned', fields: {}, log: [] });
  });

  it('logs and prints, in order, without harm to its result', async () => {
    const outcome = await run(
      body(
        'import os, subprocess, sys',
        'log.info("amount %s", 5)',
        'print("{\\"id\\": 1, \\"fields\\": {}}")',
        'log.warning("two\\nlines")',
        'print("no newline", end="")',
        'log.error("last")',
        'subprocess.run(["echo", "from a child"])',
        'print("to stderr", file=sys.stderr)',
        'return {}',
      ),
    );
    expect(outcome).toMatchObject({ kind: 'returned', fields: {} });
    expect(outcome.log).toEqual([
      { level: 'info', text: 'amount 5' },
      { level: 'info', text: '{"id": 1, "fields": {}}' },
      { level: 'warning', text: 'two\nlines' },
      { level: 'info', text: expect.stringContaining('no newline') },
      { level: 'error', text: 'last' },
      { level: 'info', text: 'from a child' },
      { level: 'warning', text: 'to stderr' },
    ]);
  });

  it('sees only the named variables', async () => {
    const outcome = await run(body('import os', 'return {"names": ",".join(sorted(k for k in os.environ))}'));
    expect(outcome).toMatchObject({ fields: { names: 'CRM_TOKEN' } });
  });
});

describe('a script that fails', () => {
  it('raises: the line in the script and its words', async () => {
    const outcome = await run(body('x = 1', 'return int("seven")'));
    expect(outcome).toEqual({
      kind: 'failed',
      fault: 'raised',
      line: 3,
      message: "score.py:3: ValueError: invalid literal for int() with base 10: 'seven'",
      log: [],
    });
  });

  it('raises inside a library or leaves by exit: still the line of the script', async () => {
    expect(await run(body('import json', 'return json.loads("{")'))).toMatchObject({ fault: 'raised', line: 3 });
    expect(await run(body('import sys', 'sys.exit(3)'))).toMatchObject({ fault: 'raised', line: 3 });
  });

  it('has a syntax error', async () => {
    expect(await run('def run(p, c, a, log):\n    return {\n')).toMatchObject({
      fault: 'raised',
      line: 2,
      message: expect.stringMatching(/^score\.py:2: SyntaxError/),
    });
  });

  it.each([
    ['calls itself without end', ['def f(): return f()', 'return f()'], 'raised', 2],
    [
      'raises later, while it awaits',
      [
        'import asyncio',
        'async def f():',
        '    await asyncio.sleep(0)',
        '    raise ValueError("late")',
        'return asyncio.run(f())',
      ],
      'raised',
      5,
    ],
    [
      'raises what cannot be printed',
      ['class E(Exception):', '    def __str__(self): raise ValueError', 'raise E'],
      'raised',
      4,
    ],
    ['is interrupted by its own alarm', ['import signal, time', 'signal.alarm(1)', 'time.sleep(9)'], 'killed', null],
    [
      'closes every file, the one of the result too',
      ['import os', 'os.closerange(0, 64)', 'return {}'],
      'killed',
      null,
    ],
    ['becomes another program', ['import os', 'os.execv("/bin/true", ["true"])'], 'killed', null],
    [
      'ignores every signal',
      [
        'import signal',
        'for n in range(1, 32):',
        '    if n not in (9, 19): signal.signal(n, signal.SIG_IGN)',
        'while True: pass',
      ],
      'timeout',
      null,
    ],
  ] as const)('%s', async (_what, lines, fault, line) => {
    expect(await run(body(...lines), { timeoutMs: 2000 })).toMatchObject({ kind: 'failed', fault, line });
    expect(await run(body('return {}'))).toMatchObject({ kind: 'returned' });
  });

  it('loops for ever, in Python or in a child', async () => {
    const outcomes = await Promise.all([
      run(body('print("begun")', 'while True: pass'), { timeoutMs: 1500 }),
      run(body('print("begun")', 'import subprocess', 'subprocess.run(["sleep", "100"])'), { timeoutMs: 1500 }),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ fault: 'timeout', message: 'score.py: did not end within 1.5 seconds' });
      // Its words are there because the harness ended it by itself: one that has to be ended loses them.
      expect(texts(outcome)).toEqual(['begun']);
    }
  });

  const nonsense: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', 'pass', /returned nothing; return a dictionary/],
    ['a list', 'return [1]', /a value of type list/],
    ['a key that is no name', 'return {1: 2}', /the key 1/],
    ['a value that is no field', 'return {"x": object()}', /"x" is of type object/],
    ['a nested value', 'return {"x": {"y": 1}}', /"x" is of type dict/],
    ['not a number', 'return {"x": float("nan")}', /"x" is nan/],
    ['an integer too large', 'return {"x": 2**60}', /beyond 2\^53/],
    ['an integer nobody can write out', 'return {"x": 10**5000}', /"x" is 16610 bits long, an integer beyond 2\^53/],
    ['infinity', 'return {"x": -float("inf")}', /"x" is -inf/],
    ['a Decimal that is no number', 'from decimal import Decimal; return {"x": Decimal("sNaN")}', /"x" is sNaN/],
    ['a Decimal too large', 'from decimal import Decimal; return {"x": Decimal("1e999999")}', /more than 34 digits/],
    ['bytes', 'return {"x": b"1"}', /"x" is of type bytes/],
    ['a set', 'return {"x": {1}}', /"x" is of type set/],
    ['a time without a date', 'import datetime; return {"x": datetime.time(3)}', /"x" is of type time/],
    ['a generator', 'yield {"x": 1}', /a value of type generator/],
    ['nesting without end', 'd = {}; d["x"] = d; return d', /"x" is of type dict/],
    ['too much', 'return {"x": "y" * 2_000_000}', /more than 1 MB/],
  ];
  for (const [name, line, message] of nonsense) {
    it(`returns nonsense: ${name}`, async () => {
      expect(await run(body(line))).toMatchObject({
        kind: 'failed',
        fault: 'nonsense',
        message: expect.stringMatching(message),
      });
    });
  }

  it('is not there, or has no run', async () => {
    expect(await pool.call(callOf('', { script: { file: '/nowhere/score.py' } }))).toMatchObject({
      fault: 'missing',
      message: 'score.py: the script /nowhere/score.py cannot be read: no such file or directory',
    });
    expect(await run('x = 1')).toMatchObject({
      fault: 'missing',
      message: expect.stringContaining('has no function run'),
    });
  });

  it('is called in a timezone that there is none of', async () => {
    expect(await run(body('return {}'), { zone: 'Europe/Munich' })).toMatchObject({
      fault: 'missing',
      message: '"Europe/Munich" is not a timezone. Write an IANA name such as Europe/Berlin.',
    });
  });

  it('kills itself', async () => {
    expect(await run(body('import os', 'os.kill(os.getpid(), 9)'))).toMatchObject({
      fault: 'killed',
      message: 'score.py: the process was ended by SIGKILL without a result',
    });
    expect(await run(body('import os', 'os._exit(4)'))).toMatchObject({ fault: 'killed', message: /code 4/ });
    expect(await run(body('return {}'))).toMatchObject({ kind: 'returned' });
  });
});

describe('a date by Python', () => {
  const call = {
    participant: { due: '2026-03-10', at: '2026-03-10T10:00:00' },
    types: { due: { kind: 'date' }, at: { kind: 'datetime' }, none: { kind: 'date' } },
    zone: 'Europe/Berlin',
    timeoutMs: 2000,
  } as const;
  it('is an expression over the fields', async () => {
    const value = async (expression: string) => {
      const outcome = await pool.evaluate(expression, call);
      return outcome.kind === 'returned' ? outcome.fields.value : outcome.message;
    };
    expect(await value('due - timedelta(days=3)')).toBe('2026-03-07');
    expect(await value('at + timedelta(hours=2)')).toBe('2026-03-10T12:00:00+01:00');
    expect(await value('datetime(2026, 3, 10, 9, 30)')).toBe('2026-03-10T09:30:00');
    expect(await value('none')).toBe(null);
    expect(await value('due.day')).toMatch(/gave a value of type int; it must give a date/);
    expect(await value('duee')).toMatch(/NameError: name 'duee' is not defined/);
  });
});

describe('the pool', () => {
  it('runs as many calls at once as it has places, and the others after', async () => {
    const own = pythonPool({ size: 2 });
    const sleep = body(
      'import time',
      'start = time.time()',
      'time.sleep(0.4)',
      'return {"from": start, "to": time.time()}',
    );
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => own.call(callOf(sleep))));
    const spans = outcomes.map((o) => {
      if (o.kind !== 'returned') throw new Error(o.message);
      return { from: Number(o.fields.from), to: Number(o.fields.to) };
    });
    const atOnce = spans.map(({ from }) => spans.filter((other) => other.from <= from && from < other.to).length);
    expect(Math.max(...atOnce)).toBe(2);
    await own.close();
  });

  it('keeps 200 answers apart, whatever each of the scripts does', async () => {
    const scripts = [
      body('return {"n": params["n"]}'),
      body('import os', 'os._exit(3)'),
      body('print("x" * 100_000)', 'return {"n": params["n"]}'),
      body('raise ValueError(params["n"])'),
    ];
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => run(scripts[n % scripts.length]!, { params: { n }, timeoutMs: 20_000 })),
    );
    const said = outcomes.map((o) => (o.kind === 'returned' ? o.fields.n : o.message));
    expect(said).toEqual(
      outcomes.map((_, n) => {
        if (n % scripts.length === 1) return 'score.py: the process ended with code 3 without a result';
        return n % scripts.length === 3 ? `score.py:2: ValueError: ${n}` : n;
      }),
    );
  });

  it('a call that is canceled while it waits is answered at once, and takes no place', async () => {
    const own = pythonPool({ size: 1 });
    const scripts = folder();
    const file = join(scripts, 'score.py');
    const gate = join(scripts, 'gate');
    writeFileSync(
      file,
      `GATE = ${JSON.stringify(gate)}\n${body('import os, time', 'while not os.path.exists(GATE): time.sleep(0.01)', 'return {}')}`,
    );
    chmodSync(scripts, 0o755);
    const abort = new AbortController();
    const first = own.call(callOf('', { script: { file }, timeoutMs: 60_000 }));
    const second = own.call(callOf(body('return {}')), abort.signal);
    const third = own.call(callOf(body('return {}')));
    abort.abort();
    // The first one still runs.
    expect(await second).toMatchObject({ fault: 'killed', message: 'score.py: canceled before it began' });
    writeFileSync(gate, '');
    expect([(await first).kind, (await third).kind]).toEqual(['returned', 'returned']);
    await own.close();
  });

  it('a call that is canceled ends at once, its process too, and the next one runs', async () => {
    const own = pythonPool({ size: 1 });
    const abort = new AbortController();
    const mark = `7${process.pid}.${Date.now()}`;
    const code = body('import subprocess', `subprocess.run(["sleep", "${mark}"])`, 'return {}');
    const running = own.call(callOf(code, { timeoutMs: 60_000 }), abort.signal);
    await expect.poll(() => processesWith(mark).length, { timeout: 30_000 }).toBe(1);
    abort.abort();
    expect(await running).toMatchObject({ fault: 'killed', message: 'score.py: canceled while it ran' });
    expect(processesWith(mark)).toEqual([]);
    expect(await own.call(callOf(body('return {}')))).toMatchObject({ kind: 'returned' });
    await own.close();
  });

  it('closing ends what runs and answers who waits', async () => {
    const own = pythonPool({ size: 1 });
    const code = body('import time', 'time.sleep(100)');
    const calls = [own.call(callOf(code)), own.call(callOf(code))];
    await new Promise((resolve) => setTimeout(resolve, 300));
    await own.close();
    expect((await Promise.all(calls)).map((o) => o.kind === 'failed' && o.fault)).toEqual(['killed', 'killed']);
    expect(await own.call(callOf(code))).toMatchObject({ fault: 'killed' });
  });

  it('takes a venv with its packages, also from a folder only its owner may enter', async () => {
    const env = join(folder(), 'env');
    // The system's own interpreter where there is one: everybody may read that, and still not the venv.
    const base = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
    execFileSync(base, ['-m', 'venv', '--without-pip', env]);
    const interpreter = join(env, 'bin', 'python3');
    const where = 'import sysconfig; print(sysconfig.get_path("purelib"))';
    const packages = execFileSync(interpreter, ['-c', where], { encoding: 'utf8' }).trim();
    mkdirSync(join(packages, 'rates'));
    writeFileSync(join(packages, 'rates', '__init__.py'), 'FACTOR = 3\n');
    writeFileSync(join(packages, 'rates', 'extra.py'), 'MORE = 4\n');
    const own = pythonPool({ interpreter });
    const script = `import rates, rates.extra, sys\n${body('return {"n": rates.FACTOR * rates.extra.MORE, "in": sys.prefix}')}`;
    expect(await own.call(callOf(script))).toMatchObject({ fields: { n: 12, in: env } });
    await own.close();
  });

  it('says in one sentence that Python is missing', async () => {
    const own = pythonPool({ interpreter: 'python-that-is-not-there' });
    const outcome = await own.call(callOf(body('return {}')));
    expect(outcome).toMatchObject({
      fault: 'missing',
      message: expect.stringMatching(/^Python was not found as "python-that-is-not-there": install Python 3\.9/),
    });
    await own.close();
  });

  it('says what a program that is no Python answered', async () => {
    const own = pythonPool({ interpreter: '/bin/false' });
    expect(await own.call(callOf(body('return {}')))).toMatchObject({
      fault: 'missing',
      message: expect.stringMatching(/^\/bin\/false could not be started/),
    });
    await own.close();
  });
});
