/** Where a line can be, which words may begin it there, and how it is written. */
import type { SyntaxContext } from '../../dsl/problems.ts';
import { declarationWords } from '../../dsl/tokens.ts';
import {
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  pythonSettings,
  workspaceSettings,
} from '../catalogue.ts';
import type { FormOf } from './syntax-forms.ts';

const statements = [
  'if',
  'match',
  'split',
  'set',
  'stop',
  'send',
  'cancel',
  'to',
  'python',
  'wait',
  'email',
  'telegram',
  'whatsapp',
  'voice',
  'on',
];
export const settingNames: readonly string[] = [
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  pythonSettings,
  workspaceSettings,
]
  .flat()
  .map((row) => row.name);
const clauses = ['exit when', 'skip when', 'success when', 'failure when', 'at most', 'holdout', 'defaults', 'results'];

export const syntaxContexts: Readonly<
  Record<SyntaxContext, { readonly words: readonly string[]; readonly form: FormOf }>
> = {
  file: { words: [...declarationWords], form: 'declaration' },
  settings: { words: [...settingNames, ...clauses], form: 'setting' },
  fields: { words: [], form: 'field' },
  flow: { words: statements, form: 'statement' },
  block: { words: statements, form: 'statement' },
  match: { words: [], form: 'matchArm' },
  split: { words: [], form: 'splitArm' },
  scenario: { words: ['given', 'start', 'when', 'expect', 'stub'], form: 'scenario line' },
};
