import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configJsonSchema } from '../runtime/config.ts';

writeFileSync(
  join(dirname(import.meta.dirname), 'docs', 'flowc.schema.json'),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);
