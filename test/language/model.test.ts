import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CampaignModel } from '../../compiler/model.ts';
import { checkFiles, fixtures, readFolder, shown } from './workspace.ts';

const reminder = readFolder(join(fixtures, 'payment_reminder'));

describe('the payment reminder', () => {
  const { model, diagnostics } = checkFiles(reminder);
  const campaign = model!.campaigns[0]!;

  test('checks without a word', () => {
    expect(diagnostics).toEqual([]);
  });

  test('knows system fields, declared fields, their defaults and enumerations', () => {
    expect(model!.profile.find((field) => field.name === 'email')).toMatchObject({
      type: { kind: 'email' },
      private: true,
      origin: null,
    });
    expect(
      campaign.participant.map(({ name, type, required, default: value }) => [name, type.kind, required, value]),
    ).toEqual([
      ['order_id', 'string', true, null],
      ['due_date', 'date', true, null],
      ['amount', 'numeric', false, null],
      ['paid', 'boolean', false, false],
      ['attempts', 'integer', false, 0],
      ['outcome', 'enum', false, null],
    ]);
  });

  test('fills agent and duration from `defaults`, the channel from the agent', () => {
    expect(
      campaign.communications.map(({ name, agent, channel, durationMs, shared }) => [
        name,
        agent,
        channel,
        durationMs,
        shared,
      ]),
    ).toEqual([
      ['REMINDER', 'collector', 'billing', 48 * 3_600_000, true],
      ['SECOND_NOTICE', 'collector', 'billing', 48 * 3_600_000, false],
      ['FINAL_NOTICE', 'collector', 'billing', 48 * 3_600_000, false],
    ]);
  });

  test('resolves windows to minutes on weekdays without excepted dates', () => {
    expect(windowOf(campaign, 'FINAL_NOTICE')).toEqual([
      { from: 540, to: 1080, days: [1, 2, 3, 4], except: [] },
      { from: 540, to: 840, days: [5], except: ['2026-12-25', '2026-12-26', '2027-01-01'] },
    ]);
  });

  test('carries the words of the source, normalised', () => {
    const followUp = campaign.flows.find((flow) => flow.name === 'follow_up')!;
    expect(followUp.triggers.map((trigger) => trigger.text)).toEqual([
      'on communication ended: REMINDER, SECOND_NOTICE',
    ]);
    expect(followUp.body.flatMap((statement) => ('text' in statement ? [statement.text] : []))).toEqual([
      'set attempts = attempts + 1',
      'wait 2 hours',
    ]);
  });
});

describe('the examples of the language reference', () => {
  const { model, diagnostics } = checkFiles(readFolder(join(fixtures, 'reference/language')));

  test('resolve whole, without a word', () => {
    expect(diagnostics).toEqual([]);
    expect(
      model!.campaigns.map((campaign) => [campaign.name, campaign.flows.length, campaign.communications.length]),
    ).toEqual([
      ['nurture', 2, 3],
      ['payment_reminder', 4, 3],
      ['welcome', 1, 1],
    ]);
  });
});

describe('constants', () => {
  const defaultOf = (field: string) => {
    const files = {
      'workspace.flow': 'workspace acme { timezone: "Europe/Berlin" }\n',
      'c/c.flow': `campaign c\nparticipant {\n  x: ${field}\n}\n`,
    };
    const { model, diagnostics } = checkFiles(files);
    return diagnostics[0]?.message ?? model!.campaigns[0]!.participant[0]!.default;
  };

  test.each([
    ['integer = -3', -3],
    ['integer = -(-3)', 3],
    ['numeric = -1.50', '-1.50'],
    ['numeric = -(-1.5)', '1.5'],
    ['numeric = 007', '7'],
    ['numeric = -0', '0'],
    ['phone = "+49 (30) 1234567"', '+49301234567'],
    ['datetime = 2026-03-07', '2026-03-07T00:00:00'],
    ['string = "Zoe\u0308"', 'Zoë'],
    ['email = ""', null],
    ['a | b = a', 'a'],
  ])('%s is stored as an import would store it', (field, value) => {
    expect(defaultOf(field)).toBe(value);
  });

  test.each([
    ['email = "nonsense"', 'must be an e-mail address, such as ada@example.com; `"nonsense"` is not.'],
    ['boolean = -true', 'must be a constant; `-true` is not.'],
    ['string = -"abc"', 'must be a constant; `-"abc"` is not.'],
    ['date = -2026-03-07', 'must be a constant; `-2026-03-07` is not.'],
    ['a | b = -a', 'must be a constant; `-a` is not.'],
  ])('%s is refused', (field, message) => {
    expect(defaultOf(field)).toBe(`The default of \`x\` ${message}`);
  });

  test('a text that the field would refuse is refused in `set`, before anybody runs into it', () => {
    const flow =
      'flow f {\n  on participant created\n  set timezone = "Mars/City"\n  set email = "ada@example.com"\n}\n';
    const files = {
      'workspace.flow': 'workspace acme { timezone: "Europe/Berlin" }\n',
      'c/c.flow': `campaign c\n${flow}`,
    };
    expect(checkFiles(files).diagnostics.map(({ message }) => message)).toEqual(['Unknown timezone `Mars/City`.']);
  });
});

describe('names', () => {
  test('a syntax error does not report what its line would have declared', () => {
    const text = reminder['payment_reminder/flows.flow']!.replace(
      'email SECOND_NOTICE {',
      'email SECOND_NOTICE SECOND {',
    );
    const { diagnostics } = checkFiles({ ...reminder, 'payment_reminder/flows.flow': text });
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['FLOW101']);
  });

  test('an error in one campaign leaves the others checked', () => {
    const other = 'campaign other\nflow a {\n  on participant created\n  if payd { stop }\n}\n';
    const { diagnostics } = checkFiles({
      ...reminder,
      'broken/campaign.flow': 'campaign broken {',
      'other/campaign.flow': other,
    });
    expect(diagnostics.map((diagnostic) => [diagnostic.file, diagnostic.code])).toEqual([
      ['broken/campaign.flow', 'FLOW104'],
      ['other/campaign.flow', 'FLOW201'],
    ]);
  });

  test('a warning can be turned off in flowc.json, an error cannot', () => {
    const files = {
      ...reminder,
      'payment_reminder/flows.flow': reminder['payment_reminder/flows.flow']!.replaceAll('  again: restart\n', ''),
    };
    expect(checkFiles(files).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([
      'FLOW227',
      'FLOW227',
      'FLOW227',
    ]);
    expect(checkFiles(files, { checks: { FLOW227: 'off' } }).diagnostics).toEqual([]);
    expect(shown(files, { checks: { FLOW227: 'off', FLOW201: 'off' } })).toContain(
      'warning FLOW507 `checks.FLOW201` has no effect: FLOW201 is an error, and only warnings can be turned off.',
    );
  });
});

function windowOf(campaign: CampaignModel, name: string) {
  return campaign.communications.find((communication) => communication.name === name)!.window;
}
