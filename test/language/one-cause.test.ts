import { describe, expect, test } from 'vitest';
import { checkFiles, type Files } from './workspace.ts';

const files: Files = {
  'workspace.flow': `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
agent concierge { channels: billing }
agent second { channels: billing }
`,
  'pay/campaign.flow': `campaign pay
participant {
  note: string
  paid: boolean = false
}
email HELLO { agent: concierge  at: now  window: any time  duration: 1 hour  template: "hello" }
flow greet {
  on participant created
  if paid { send HELLO }
  if paid and note is set { stop }
}
`,
  'pay/templates/hello.liquid': 'Hello {{ note | default: "" }}',
  'other/campaign.flow': 'campaign other\nparticipant { amount: integer }\n',
};

/** What is said when each of `edits` is made: place, code, words and how many other places it points to. */
function said(...edits: readonly (readonly [path: string, from: string, to: string])[]): readonly string[] {
  const edited: Record<string, string> = { ...files };
  for (const [path, from, to] of edits) {
    expect(edited[path]).toContain(from);
    edited[path] = edited[path]!.replaceAll(from, to);
  }
  return checkFiles(edited).diagnostics.map(
    ({ code, file, span, message, labels = [] }) =>
      `${file}:${span.line} ${code} ${message}${labels.map((label) => ` (${label.text}: ${label.span.line})`).join('')}`,
  );
}

test('the campaign is without fault', () => expect(said()).toEqual([]));

describe('one cause is one message', () => {
  test('a field of unknown type is known in flows and templates', () => {
    expect(said(['pay/campaign.flow', 'note: string', 'note: text'])).toEqual([
      'pay/campaign.flow:3 FLOW210 Unknown type `text` of field `note`.',
    ]);
  });

  test('it is known in its own campaign alone', () => {
    const edits = [
      ['pay/campaign.flow', 'note: string', 'note: text'],
      ['other/campaign.flow', 'amount: integer }', 'amount: integer }\nflow f { on participant updated: note  stop }'],
    ] as const;
    expect(said(...edits)).toEqual([
      'other/campaign.flow:3 FLOW201 Unknown field `note`.',
      'pay/campaign.flow:3 FLOW210 Unknown type `text` of field `note`.',
    ]);
  });

  test('what stands in the block of a wrong condition is planned', () => {
    expect(said(['pay/campaign.flow', 'if paid {', 'if payd {'])).toEqual([
      'pay/campaign.flow:9 FLOW201 Unknown field `payd`.',
    ]);
    expect(said(['pay/campaign.flow', 'if paid { send', 'match paid { a -> send'])).toHaveLength(1);
    expect(said(['pay/campaign.flow', 'if paid { send', 'wait for payd up to 3 days else { send'])).toHaveLength(1);
  });

  test('a name that is missing everywhere is said once, with all places', () => {
    expect(said(['workspace.flow', 'channel billing', 'channel bililng'])).toEqual([
      'workspace.flow:3 FLOW202 Unknown channel `billing`. (also here: 4)',
    ]);
    expect(said(['pay/campaign.flow', 'paid: boolean = false', 'settled: boolean = false'])).toEqual([
      'pay/campaign.flow:9 FLOW201 Unknown field `paid`. (also here: 10)',
    ]);
  });

  test('of many places three are shown and the others counted', () => {
    const lines = Array.from({ length: 9 }, () => '  set nope = 1').join('\n');
    const [only, ...more] = said(['pay/campaign.flow', '  if paid {', `${lines}\n  if paid {`]);
    expect(more).toEqual([]);
    expect(only).toContain('(also here: 10) (also here: 11) (also here, and 5 more: 12)');
  });

  test('a channel of an unknown kind is known to agents and their communications', () => {
    expect(said(['workspace.flow', 'billing: email', 'billing: emial'])).toEqual([
      'workspace.flow:2 FLOW237 Unknown kind `emial` of channel `billing`.',
    ]);
  });

  test('a misspelt setting is not missing', () => {
    expect(said(['pay/campaign.flow', 'agent: concierge', 'agnet: concierge'])).toEqual([
      'pay/campaign.flow:6 FLOW301 Communication `HELLO` has no setting `agnet`.',
    ]);
  });

  test('a wrong default of the campaign is said once for all its communications', () => {
    const both = [
      ['pay/campaign.flow', 'campaign pay', 'campaign pay { defaults { agent: nobody } }'],
      ['pay/campaign.flow', 'agent: concierge', ''],
      [
        'pay/campaign.flow',
        'flow greet',
        'email SECOND { at: now window: any time duration: 1 hour template: "hello" }\nflow greet',
      ],
      ['pay/campaign.flow', 'send HELLO', 'send HELLO send SECOND'],
    ] as const;
    expect(said(...both)).toEqual(['pay/campaign.flow:1 FLOW202 Unknown agent `nobody`.']);
  });

  test('a syntax error hides what templates miss of its campaign', () => {
    const [only, ...more] = said(['pay/campaign.flow', 'note: string', 'note string']);
    expect(more).toEqual([]);
    expect(only).toContain('pay/campaign.flow:3');
  });
});

test('a name used twice is told with what bears it', () => {
  const taken = ['pay/campaign.flow', 'send HELLO', 'send HELLO  split HELLO { 50% -> stop  else -> stop }'] as const;
  expect(said(taken)).toEqual([
    'pay/campaign.flow:9 FLOW203 The name `HELLO` is already used by the communication on line 6 of pay/campaign.flow. (first here: 6)',
  ]);
});

test('`defaults` stand once', () => {
  const twice = [
    'pay/campaign.flow',
    'campaign pay',
    'campaign pay { defaults { agent: concierge }  defaults { agent: second } }',
  ] as const;
  expect(said(twice)).toEqual(['pay/campaign.flow:1 FLOW303 Duplicate `defaults`; first on line 1. (first here: 1)']);
});
