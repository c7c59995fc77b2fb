/** Workspaces written in text and with the builder at once. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowc, repository } from '../cli/flowc.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-mixed-'));
  cpSync(join(repository, 'examples', 'acme'), folder, { recursive: true });
  rmSync(join(folder, 'generated'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const refs = () => read('generated/refs.ts');

/** The flow `paid_in_time` in the builder, the rest of its campaign in text. */
function moveFlowToBuilder(): void {
  const text = read('payment_reminder/flows.flow');
  write('payment_reminder/flows.flow', text.slice(0, text.indexOf('flow paid_in_time')));
  write(
    'payment_reminder/paid.flow.ts',
    `import { cancelCommunications, flow, on, when } from 'flowc';
import { paymentReminder } from '../generated/refs.ts';

const { paid } = paymentReminder.fields;

flow(paymentReminder, 'paid_in_time', {
  title: 'The money came',
  on: on.participantUpdated(paid),
  do: [when(paid, [cancelCommunications()])],
});
`,
  );
}

describe('a campaign in text with one flow in the builder', () => {
  it('builds to the same program as the text alone, and generated/refs.ts stands beside it', async () => {
    moveFlowToBuilder();
    const built = await flowc(folder, ['build']);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    const hash = (text: string) => /hash: '(\w+)'/.exec(text)![1];
    const module = 'generated/payment_reminder/paid_in_time.workflow.ts';
    expect(hash(read(module))).toBe(hash(readFileSync(join(repository, 'examples', 'acme', module), 'utf8')));
    expect(read(module)).toContain('paid.flow.ts:8');
    expect(refs()).toMatch(/^export const collector = declared\.agent\('collector', \{ outcome: oneOf\(/m);
    expect(await flowc(folder, ['build', '--check'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('sees what the text says now, before any build', async () => {
    moveFlowToBuilder();
    const { code, stdout, stderr } = await flowc(folder, ['check']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '4 files checked, no problems\n' });
    write(
      'payment_reminder/campaign.flow',
      read('payment_reminder/campaign.flow').replace('paid: boolean', 'payed: boolean'),
    );
    const { code: second, stdout: message } = await flowc(folder, ['check']);
    expect(second).toBe(1);
    expect(message).toContain("TypeScript reports: Property 'paid' does not exist");
    expect(message).toContain('payment_reminder/paid.flow.ts:4');
  });

  it('--check says that generated/refs.ts is old, and writes nothing', async () => {
    moveFlowToBuilder();
    await flowc(folder, ['build']);
    write('workspace.flow', `${read('workspace.flow')}\nwindow lunch: 12:00-13:00\n`);
    const before = refs();
    const { code, stdout } = await flowc(folder, ['build', '--check']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'changed  generated/refs.ts\n' });
    expect(refs()).toBe(before);
  });

  it('--check takes what the text says now, though generated/refs.ts is old', async () => {
    moveFlowToBuilder();
    await flowc(folder, ['build']);
    for (const path of ['payment_reminder/campaign.flow', 'payment_reminder/flows.flow'])
      write(path, read(path).replaceAll(/\bpaid\b(?!_)/g, 'settled'));
    write(
      'payment_reminder/paid.flow.ts',
      read('payment_reminder/paid.flow.ts').replace('{ paid }', '{ settled: paid }'),
    );
    const { code, stdout } = await flowc(folder, ['build', '--check']);
    expect(stdout).not.toContain('FLOW');
    expect(code).toBe(1);
    expect(stdout).toContain('changed  generated/refs.ts');
    expect((await flowc(folder, ['build'])).code).toBe(0);
  });

  it('takes names as text where there are references', async () => {
    moveFlowToBuilder();
    write(
      'payment_reminder/thanks.flow.ts',
      `import { email, flow, on, when } from 'flowc';

flow('payment_reminder', 'thanks', {
  on: on.participantUpdated('paid'),
  do: [
    when('paid and outcome != refused', [
      email('THANKS', { agent: 'collector', at: 'now', window: 'office', duration: '2 hours', template: 'reminder' }),
    ]),
  ],
});
`,
    );
    const { code, stdout } = await flowc(folder, ['check']);
    expect(stdout).toMatch(/^warning FLOW214 /);
    expect(stdout).toContain('payment_reminder/thanks.flow.ts:6:20');
    expect(code).toBe(0);
  });

  it('has two flows of one name when both say so, each shown in its file', async () => {
    moveFlowToBuilder();
    write('payment_reminder/more.flow', 'flow paid_in_time {\n  on participant updated: paid\n  if paid { stop }\n}\n');
    const { code, stdout } = await flowc(folder, ['check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error FLOW203 The name `paid_in_time` is already used by the flow on line \d+ of /);
    expect(stdout).toContain('payment_reminder/paid.flow.ts:6');
  });
});
