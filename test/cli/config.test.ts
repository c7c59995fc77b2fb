import { describe, expect, it } from 'vitest';
import { environmentOf, parseConfig } from '../../runtime/config.ts';

describe('flowc.json', () => {
  it('takes the example of the language page', () => {
    const config = parseConfig(`{
      "participant_ids": "external_id",
      "python": { "interpreter": "python3", "network": "host", "env": ["CRM_TOKEN"] },
      "environments": {
        "dev": { "test": true, "channels": { "billing": { "smtp": "smtp://127.0.0.1:2525" }, "main_bot": { "token_env": "BOT_TOKEN" } } },
        "production": { "temporal": { "address": "temporal.acme.example:7233", "namespace": "acme" }, "database_env": "DATABASE_URL", "python": { "network": "none" } }
      },
      "checks": { "FLOW201": "off" }
    }`);
    expect(environmentOf(config, 'dev')).toMatchObject({ test: true, python: { network: 'host', env: ['CRM_TOKEN'] } });
    expect(environmentOf(config, 'production')).toMatchObject({
      temporal: { address: 'temporal.acme.example:7233', namespace: 'acme' },
      databaseVariable: 'DATABASE_URL',
      python: { network: 'none', interpreter: 'python3' },
    });
  });

  it('has an environment dev undeclared, with everything at its default', () => {
    expect(environmentOf({}, 'dev')).toEqual({
      name: 'dev',
      test: false,
      participantIds: 'external_id',
      temporal: { address: null, namespace: 'default', tls: null, apiKeyVariable: null },
      clock: null,
      databaseVariable: null,
      databaseSchema: 'public',
      channels: {},
      python: { interpreter: 'python3', network: 'host', env: [] },
      worker: { memoryMb: 1024 },
    });
  });

  it('gives a worker the memory that the environment says, else the workspace', () => {
    const config = parseConfig(
      '{"worker":{"memory":"2.5GB"},"environments":{"dev":{},"small":{"worker":{"memory":"640 MB"}}}}',
    );
    expect(environmentOf(config, 'dev').worker.memoryMb).toBe(2560);
    expect(environmentOf(config, 'small').worker.memoryMb).toBe(640);
  });

  it('keeps scripts off the network outside dev unless told otherwise', () => {
    expect(environmentOf({ environments: { staging: {} } }, 'staging').python.network).toBe('none');
  });

  it.each([
    [
      '{"envs":{}}',
      'flowc.json, envs: unknown setting. Allowed in the file: participant_ids, python, worker, environments, checks. Remove or rename "envs".',
    ],
    [
      '{"environments":{"dev":{"test":"yes"}}}',
      'flowc.json, environments.dev.test: "yes" is not allowed. Allowed: true or false.',
    ],
    [
      '{"environments":{"dev":{"temporal":{"address":"acme"}}}}',
      'flowc.json, environments.dev.temporal.address: "acme" is not allowed. Allowed: host:port.',
    ],
    [
      '{"environments":{"dev":{"temporal":{"host":"a:1"}}}}',
      'flowc.json, environments.dev.temporal.host: unknown setting. Allowed in environments.dev.temporal: address, namespace, tls, api_key_env. Remove or rename "host".',
    ],
    [
      '{"worker":{"memory":"500 MB"}}',
      'flowc.json, worker.memory: "500 MB" is not allowed. Allowed: 512 MB or more, such as "1 GB".',
    ],
    [
      '{"worker":{"memory":"much"}}',
      'flowc.json, worker.memory: "much" is not allowed. Allowed: 512 MB or more, such as "1 GB".',
    ],
    ['{"checks":{"FLOW1":"off"}}', 'flowc.json, checks.FLOW1: the name is not allowed. Allowed: a code like FLOW214.'],
    ['{"checks":{"FLOW214":"error"}}', 'flowc.json, checks.FLOW214: "error" is not allowed. Allowed: "off".'],
    ['[]', 'flowc.json, top level: [] is not allowed. Allowed: an object { … }.'],
    ['{', "flowc.json is not valid JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)."],
  ])('%s', (text, message) => {
    expect(() => parseConfig(text)).toThrow(message);
  });

  it('allows a clock of its own only where tests run', () => {
    const clock = { start: '2026-03-09T07:55:00Z', scale: 3600 };
    expect(() => environmentOf({ environments: { dev: { clock } } }, 'dev')).toThrow(
      'flowc.json, environments.dev.clock: a clock of its own is for tests. Add "test": true beside it, or remove it.',
    );
    expect(environmentOf({ environments: { dev: { test: true, clock } } }, 'dev').clock).toEqual({
      base: 1_773_042_900_000,
      scale: 3600,
    });
  });

  it('says which environments are declared', () => {
    const config = parseConfig('{"environments":{"dev":{},"production":{}}}');
    expect(() => environmentOf(config, 'prod')).toThrow(
      'flowc.json declares no environment `prod`. Declared: dev, production. Add "prod" under "environments" or choose another with --env.',
    );
  });
});
