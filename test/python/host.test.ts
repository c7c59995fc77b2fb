/** What a host lacks is said before anybody depends on it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askInterpreter, findInterpreter } from '../../runtime/python/interpreter.ts';
import { pythonPool } from '../../runtime/python/pool.ts';
import { preparePython } from '../../runtime/python/prepare.ts';
import { body, callOf, describeIn, fieldsOf, folders, poolOf } from './support.ts';

const folder = folders();

/** A PATH with Python and nothing else; `bwrap` is what the given shell script does. */
async function pathWith(bwrap?: string): Promise<Record<string, string>> {
  const bin = folder();
  const python = await askInterpreter('python3', process.env);
  if ('problem' in python) throw new Error(python.problem);
  symlinkSync(python.executable, join(bin, 'python3'));
  if (bwrap !== undefined) writeFileSync(join(bin, 'bwrap'), `#!/bin/sh\n${bwrap}\n`, { mode: 0o755 });
  return { PATH: bin };
}

describe('a host without bubblewrap', () => {
  it('runs scripts that may reach the network, and says so in one line', async () => {
    const pool = pythonPool({ network: 'host', environment: await pathWith() });
    const lines: string[] = [];
    expect(await preparePython(pool, 'host', (line) => lines.push(line))).toMatchObject({
      version: expect.stringMatching(/^3\./),
    });
    expect(lines).toEqual([
      'warning: scripts run without a sandbox: bubblewrap is missing; install it (Debian and Ubuntu: `apt-get install bubblewrap`)',
    ]);
    expect(fieldsOf(await pool.call(callOf(body('return {"n": 1}'))))).toEqual({ n: 1 });
    await pool.close();
  });

  it('starts no worker whose scripts must not reach the network, and runs no script', async () => {
    const pool = pythonPool({ network: 'none', environment: await pathWith() });
    const sentence =
      'Scripts may not reach the network here ("network": "none" under "python" in flowc.json, the default outside dev), and only a sandbox can hold that: bubblewrap is missing; install it (Debian and Ubuntu: `apt-get install bubblewrap`). Or allow it: "python": { "network": "host" }.';
    await expect(preparePython(pool, 'none', () => {})).rejects.toMatchObject({
      kind: 'environment',
      message: sentence,
    });
    expect(await pool.call(callOf(body('return {}')))).toMatchObject({ fault: 'missing', message: sentence });
    await pool.close();
  });

  it.each([
    [
      'does not work',
      'if [ "$1" = --version ]; then echo bubblewrap 0.8.0; else echo "bwrap: No permissions" >&2; exit 1; fi',
      'bubblewrap does not work here (bwrap: No permissions)',
    ],
    ['is broken', 'exit 9', /bwrap does not run/],
  ])('or where it %s', async (_what, bwrap, why) => {
    const pool = pythonPool({ environment: await pathWith(bwrap) });
    const host = await pool.look();
    if ('problem' in host) throw new Error(host.problem);
    expect(host.sandbox).toEqual({
      kind: 'none',
      why: expect.stringMatching(why instanceof RegExp ? why : RegExp(why.replace(/[()]/g, '\\$&'))),
    });
    await pool.close();
  });
});

describe('an interpreter', () => {
  it('that is too old says so', async () => {
    const bin = folder();
    const answer = JSON.stringify({ executable: '/x', version: '3.8.19', timezones: null, prefixes: [], packages: [] });
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    expect(await askInterpreter(join(bin, 'python3'), {})).toEqual({
      problem: `${join(bin, 'python3')} is Python 3.8.19: scripts need 3.9 or newer. Name another one in flowc.json: "python": { "interpreter": "/path/to/python3" }.`,
    });
  });
});

describeIn('sandbox', 'an interpreter in a sandbox', () => {
  const versions = ['python3', ...[9, 10, 11, 12, 13, 14].map((minor) => `python3.${minor}`)];
  const found = versions.filter((name) => findInterpreter(name, process.env.PATH) !== null);

  it.each(found)('may be %s, with all of its standard library', async (name) => {
    const asked = await askInterpreter(name, process.env);
    // A name on the PATH may be a shim for a version that is not chosen.
    if ('problem' in asked) return expect(asked.problem).toContain('could not be started');
    const pool = poolOf('sandbox', { interpreter: name });
    expect(await pool.look()).toMatchObject({ sandbox: { kind: 'bubblewrap' } });
    const imports = 'import asyncio, csv, ctypes, email.mime.text, hashlib, http.client, sqlite3, ssl, statistics, sys';
    const outcome = await pool.call(callOf(body(imports, 'return {"version": sys.version.split()[0]}')));
    expect(fieldsOf(outcome)).toEqual({ version: asked.version });
    await pool.close();
  });

  it('may be a program in the home of its user, of which a script sees nothing else', async () => {
    const home = folder();
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'diary'), 'secret');
    const python = await askInterpreter('python3', process.env);
    if ('problem' in python) throw new Error(python.problem);
    symlinkSync(python.executable, join(home, 'bin', 'python3'));
    const pool = poolOf('sandbox', { interpreter: join(home, 'bin', 'python3') });
    const looks = body('import os', `return {"seen": ",".join(os.listdir(${JSON.stringify(home)}))}`);
    expect(fieldsOf(await pool.call(callOf(looks)))).toEqual({ seen: 'bin' });
    await pool.close();
  });
});
