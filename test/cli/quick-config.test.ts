import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quickConfig } from '../../compiler/cli/quick-config.ts';
import { parseConfig } from '../../runtime/config.ts';
import { trials } from '../effort.ts';
import { checkFiles, fixtures, readFolder } from '../language/workspace.ts';
import { repository } from './flowc.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function quick(text: string): unknown {
  writeFileSync(join(folder, 'flowc.json'), text);
  return quickConfig(folder);
}

/** Objects whose keys and values are taken from what flowc.json knows, in any place. */
const keys = [
  ...['participant_ids', 'python', 'environments', 'checks', 'interpreter', 'network', 'env', 'temporal', 'clock'],
  ...[
    'address',
    'tls',
    'test',
    'database_env',
    'database_schema',
    'channels',
    'scale',
    'start',
    'dev',
    'FLOW201',
    'Dev',
    '__proto__',
  ],
];
const values = [
  'external_id',
  'host',
  'off',
  '',
  'a:1',
  'A_B',
  'public',
  '2026-03-09T07:55:00Z',
  '2026-02-30T00:00:00Z',
];
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'config' },
    fc.constantFrom<unknown>(...values, true, false, null, 0, 1, 200_000),
    fc.dictionary(fc.constantFrom(...keys), tie('json'), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie('json'), { maxLength: 2 }),
  ),
}));

describe('flowc.json read without zod', () => {
  it('is never taken for right where the full check refuses it, and holds the same', () => {
    let taken = 0;
    fc.assert(
      fc.property(json, (config) => {
        const text = JSON.stringify(config);
        const read = quick(text);
        if (read === undefined) return;
        taken++;
        expect(parseConfig(text)).toEqual(read);
      }),
      trials(3000),
    );
    expect(taken).toBeGreaterThan(20);
  });

  it('is enough for the example workspace and for what the language page shows', () => {
    expect(quick(readFileSync(join(repository, 'examples', 'acme', 'flowc.json'), 'utf8'))).toBeDefined();
    const text = `{
      "participant_ids": "external_id",
      "python": { "interpreter": "python3", "network": "host", "env": ["CRM_TOKEN"] },
      "environments": {
        "dev": { "test": true, "clock": { "start": "2026-03-09T07:55:00Z", "scale": 60 }, "channels": { "billing": { "smtp": "smtp://127.0.0.1:2525" } } },
        "production": { "temporal": { "address": "temporal.acme.example:7233", "tls": true }, "database_env": "DATABASE_URL" }
      },
      "checks": { "FLOW214": "off" }
    }`;
    expect(quick(text)).toEqual(parseConfig(text));
  });

  it('and the full check reads the one that the language page shows, whose only fault is a check that stays on', () => {
    const text = `{
      "participant_ids": "external_id",
      "python": { "interpreter": "python3", "network": "host", "env": ["CRM_TOKEN"] },
      "environments": {
        "dev": { "test": true, "channels": { "billing": { "smtp": "smtp://127.0.0.1:2525" }, "main_bot": { "token_env": "BOT_TOKEN" } } },
        "production": { "temporal": { "address": "temporal.acme.example:7233", "namespace": "acme" }, "database_env": "DATABASE_URL", "python": { "network": "none" } }
      },
      "checks": { "FLOW201": "off" }
    }`;
    const { diagnostics } = checkFiles(readFolder(join(fixtures, 'reference/language')), parseConfig(text));
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning FLOW507']);
  });

  it.each(['{', '[]', '{"envs":{}}', '{"checks":{"FLOW1":"off"}}', '{"environments":{"dev":{"clock":{"scale":2}}}}'])(
    'leaves %s to the full check',
    (text) => expect(quick(text)).toBeUndefined(),
  );
});
