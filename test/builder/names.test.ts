/** A reference means what it was taken from, also where the word alone would mean something else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { check } from '../../compiler/check.ts';
import { loadBuilders } from '../../compiler/cli/load-builder.ts';
import { refsModule } from '../../compiler/refs.ts';
import { code, meaning } from './twin.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-names-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** Both kinds of files, checked together. */
async function checked(name: string, files: Files) {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const text = Object.entries(files).flatMap(([path, words]) =>
    path.endsWith('.flow') ? [{ path, text: words }] : [],
  );
  const paths = Object.keys(files).filter((path) => path.endsWith('.flow.ts'));
  const built = await loadBuilders({ folder: root, paths, refs: refsModule(text)?.text ?? null });
  return check({ files: text, built, exists: () => true });
}

async function expectSame(name: string, text: Files, builder: Files): Promise<void> {
  const [one, other] = [await checked(`${name}-text`, text), await checked(`${name}-builder`, builder)];
  const said = [one, other].map(({ diagnostics }) => diagnostics.map(({ message }) => message));
  expect(said).toEqual([[], []]);
  expect(meaning(other.model)).toEqual(meaning(one.model));
  const [first, second] = [one, other].map(({ model }) => build({ model: model!, released: [] }).files);
  expect(second!.map((file) => code(file.text))).toEqual(first!.map((file) => code(file.text)));
}

const workspace = `workspace acme { timezone: "Europe/Berlin" }
enum way: email | visit
profile {
  paid: boolean = false
  favourite: way = "email"
}
`;
const workspaceBuilder = `import { boolean, enumeration, oneOf, profile, workspace } from 'flowc';
workspace('acme', { timezone: 'Europe/Berlin' });
export const way = enumeration('way', ['email', 'visit']);
export const person = profile({ paid: boolean(false), favourite: oneOf(way, 'email') });
`;
const campaign = `campaign pay {
  exit when profile.paid
}
participant {
  paid: boolean = false
  visit: boolean = false
  chosen: way = "visit"
  name: string private
}
`;
const flow = `flow one {
  on participant created
  if profile.paid and not paid { stop }
  if chosen == "visit" or favourite in ("email", "visit") { stop }
  set chosen = "email", profile.paid = true, profile.name = name
}
`;
const campaignBuilder = `import { boolean, campaign, oneOf, string } from 'flowc';
import { person, way } from '../workspace.flow.ts';
export const pay = campaign('pay', {
  exitWhen: person.fields.paid,
  participant: {
    paid: boolean(false),
    visit: boolean(false),
    chosen: oneOf(way, 'visit'),
    name: string({ private: true }),
  },
});
`;
const flowBuilder = (imports: string) => `import { and, flow, not, on, or, set, stop, system, when } from 'flowc';
${imports}
const { paid, chosen, name } = pay.fields;
const own = person.fields;
flow(pay, 'one', {
  on: on.participantCreated,
  do: [
    when(and(own.paid, not(paid)), [stop()]),
    when(or(chosen.eq('visit'), own.favourite.in(['email', 'visit'])), [stop()]),
    set(chosen.to('email'), own.paid.to(true), system.name.to(name)),
  ],
});
`;

test('fields of the profile that the participant hides, and members called like fields', async () => {
  await expectSame(
    'builder',
    { 'workspace.flow': workspace, 'pay/campaign.flow': campaign, 'pay/flows.flow': flow },
    {
      'workspace.flow.ts': workspaceBuilder,
      'pay/campaign.flow.ts': campaignBuilder,
      'pay/flows.flow.ts': flowBuilder(
        `import { person } from '../workspace.flow.ts';\nimport { pay } from './campaign.flow.ts';`,
      ),
    },
  );
});

test('the same where the fields are declared in text', async () => {
  const text = { 'workspace.flow': workspace, 'pay/campaign.flow': campaign };
  await expectSame(
    'mixed',
    { ...text, 'pay/flows.flow': flow },
    {
      ...text,
      'pay/flows.flow.ts': flowBuilder(`import { pay, profile as person } from '../generated/refs.ts';`),
    },
  );
});

test('a field of a campaign hides nothing in another campaign', async () => {
  const other = `campaign call\nparticipant { visited: boolean = false }\nflow two {\n  on participant created\n  if paid or favourite == visit { stop }\n}\n`;
  await expectSame(
    'other',
    { 'workspace.flow': workspace, 'call/campaign.flow': other, 'pay/campaign.flow': campaign, 'pay/flows.flow': flow },
    {
      'workspace.flow': workspace,
      'pay/campaign.flow': campaign,
      'pay/flows.flow': flow,
      'call/campaign.flow.ts': `import { boolean, campaign, flow, on, or, stop, when } from 'flowc';
import { profile } from '../generated/refs.ts';
const call = campaign('call', { participant: { visited: boolean(false) } });
flow(call, 'two', {
  on: on.participantCreated,
  do: [when(or(profile.fields.paid, profile.fields.favourite.eq('visit')), [stop()])],
});
`,
    },
  );
});
