/** Every page that is made from the language itself: path below docs/ → text. */
import { configJsonSchema } from '../../runtime/config.ts';
import { grammarPage } from './grammar.ts';
import { modelSchema } from './model-schema.ts';
import { referencePages } from './reference.ts';
import { textMateGrammar } from './textmate.ts';

export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['grammar.md', grammarPage()],
    ['flow.tmLanguage.json', `${JSON.stringify(textMateGrammar(), null, 2)}\n`],
    ['flowc.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
    ['model.schema.json', `${JSON.stringify(modelSchema(), null, 2)}\n`],
    ...referencePages(),
  ]);
}
