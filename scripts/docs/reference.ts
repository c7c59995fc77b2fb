/** docs/reference/*.md, made from the catalogue and the tables the runtime has. */
import {
  type ActionRow,
  actionRows,
  agentSettings,
  campaignSettings,
  channelSettings,
  choices,
  clausePlaces,
  communicationKinds,
  communicationSettings,
  fieldModifiers,
  fieldTypes,
  flowSettings,
  pythonSettings,
  reservedFields,
  type SettingRow,
  systemFields,
  triggerRows,
  type ValueForm,
  valueForms,
  workspaceSettings,
} from '../../compiler/catalogue.ts';
import { type Family, familyOf, ordered } from '../../compiler/types.ts';
import { fieldTypes as storedTypes } from '../../runtime/model/field-types.ts';
import { reasons, statuses } from '../../runtime/model/statuses.ts';

const notice = 'Generated from the catalogue by `npm run docs`: edit the tables instead.';

/** Path below docs/ → text. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['reference/actions.md', actionsPage()],
    ['reference/communications.md', communicationsPage()],
    ['reference/settings.md', settingsPage()],
    ['reference/triggers.md', triggersPage()],
    ['reference/statuses.md', statusesPage()],
    ['reference/fields.md', fieldsPage()],
  ]);
}

function actionsPage(): string {
  const rows = Object.values<ActionRow>(actionRows).map(({ written, editor = '', parts = {}, doc }) => {
    const named = Object.entries(parts).map(([word, name]) => `\`${word}\`: ${name}`);
    return [`\`${written}\``, editor, named.join(', '), doc];
  });
  return page('Actions', [
    'Communications have [their own page](communications.md); the settings of `python` are [among the settings](settings.md#python).',
    table(['written', 'in campaign editors', 'its parts there', 'what it does'], rows),
  ]);
}

function communicationsPage(): string {
  const kinds = Object.entries(communicationKinds).map(([kind, row]) => [
    `\`${kind} NAME { … }\``,
    row.editor,
    row.doc,
  ]);
  const rows = communicationSettings.map((row) => [...settingCells(row), row.kinds?.join(', ') ?? 'all']);
  return page('Communications', [
    table(['written', 'in campaign editors', 'what it plans'], kinds),
    'A name (Communication Name) has uppercase letters, digits and underscores, and is used once in a campaign. `send NAME` plans a communication that is declared outside of a flow.',
    '## Settings',
    'In the order in which `flowc fmt` writes them. `defaults { … }` of a campaign fills what a communication leaves out.',
    table([...settingHeads, 'kinds'], rows),
  ]);
}

function settingsPage(): string {
  const parts: readonly (readonly [string, readonly SettingRow[]])[] = [
    ['workspace', workspaceSettings],
    ['campaign', campaignSettings],
    ['channel', channelSettings],
    ['agent', agentSettings],
    ['python', pythonSettings],
    ['flow', flowSettings],
  ];
  const clauses = Object.entries(clausePlaces).map(([clause, places]) => [
    `\`${clause}\``,
    places.map((place) => `\`${place}\``).join(', '),
  ]);
  return page('Settings', [
    'Those of communications are [on their own page](communications.md).',
    ...parts.flatMap(([name, rows]) => [`## \`${name}\``, table(settingHeads, rows.map(settingCells))]),
    '## Clauses',
    'What is written among settings without a colon, and where it is allowed.',
    table(['clause', 'allowed in'], clauses),
  ]);
}

const settingHeads = ['setting', 'in campaign editors', 'required', 'value', 'meaning'] as const;

function settingCells({ name, editor, required, takes, doc }: SettingRow): readonly string[] {
  return [`\`${name}\``, editor ?? '', required ? 'yes' : '', valueWords(takes), doc];
}

function valueWords(form: ValueForm): string {
  const { expected, example } = valueForms[form];
  return form in choices ? expected : `${expected}: \`${example}\``;
}

function triggersPage(): string {
  const filters = { field: 'fields', communication: 'communications', channel: 'channels' } as const;
  const rows = Object.entries(triggerRows).map(([words, { filter, doc }]) => [
    `\`on ${words}\``,
    filter === null ? '' : `names of ${filters[filter]}`,
    doc,
  ]);
  return page('Triggers', [
    'A flow has at least one trigger, each kind once, all before its first statement.',
    table(['written', 'may be filtered by', 'fires when'], rows),
  ]);
}

function statusesPage(): string {
  const rows = Object.entries(statuses).map(([name, { rank, final }]) => [
    `\`${name}\``,
    String(rank),
    final ? 'yes' : '',
  ]);
  const causes = Object.entries(reasons).map(([name, { status, text }]) => [`\`${name}\``, `\`${status}\``, text]);
  return page('Statuses and reasons', [
    'A status gives way to one of higher rank only; a final one to none.',
    table(['status', 'rank', 'final'], rows),
    '## Reasons',
    'Each final status has one: `NAME.reason`, `communication.reason`.',
    table(['reason', 'status', 'meaning'], causes),
  ]);
}

const operatorsOf: Readonly<Record<Exclude<Family, 'duration' | 'none'>, string>> = {
  text: '`contains`',
  number: '`+ - * /`',
  truth: '`and or not`',
  time: '`+ -` a duration, `at HH:MM`',
  enum: '`match`',
};

function fieldsPage(): string {
  const types = (Object.keys(fieldTypes) as (keyof typeof fieldTypes)[]).map((kind) => {
    const family = familyOf({ kind }) as keyof typeof operatorsOf;
    const compared = ordered({ kind }, { kind }) ? '`== != < <= > >=`' : '`== !=`';
    return [`\`${kind}\``, storedTypes[kind].allowed, `${compared} \`in\` ${operatorsOf[family]}`];
  });
  const enumeration = [
    '`a \\| b`, or the name of an `enum`',
    'one of its members',
    `\`== !=\` \`in\` ${operatorsOf.enum}`,
  ];
  const system = systemFields.map(({ name, type, private: hidden, doc }) => [
    `\`${name}\``,
    `\`${type}\``,
    hidden ? 'yes' : '',
    doc,
  ]);
  return page('Fields', [
    'Every field can be asked `is set` and `is not set`. Two dates can be subtracted: whole days.',
    table(['type', 'holds', 'operators'], [...types, enumeration]),
    `Modifiers, in any order behind the type: ${fieldModifiers.map((one) => `\`${one}\``).join(', ')}. \`= value\` is a default, written at creation. A field cannot be called ${reservedFields.map((one) => `\`${one}\``).join(', ')}.`,
    '## Fields of every profile',
    'They exist undeclared; all but `external_id` can be `set`.',
    table(['field', 'type', 'private', 'meaning'], system),
  ]);
}

function page(title: string, parts: readonly string[]): string {
  return `${[`# ${title}`, notice, ...parts].join('\n\n')}\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
