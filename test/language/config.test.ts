import { expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

/** What stands where the diagnostics of flowc.json point. */
function marked(text: string): readonly string[] {
  const files = {
    'workspace.flow': 'workspace acme { timezone: "UTC" }\nchannel billing: email\n',
    'flowc.json': text,
  };
  const { diagnostics } = checkFiles(files, JSON.parse(text.replace(/^\ufeff/, '')));
  return diagnostics.map(({ code, span }) => `${code} ${span.line} ${text.slice(span.start, span.end)}`);
}

test('a channel nobody declared is marked where flowc.json names it', () => {
  const text = `{
  "environments": {
    "dev": { "channels": { "billing": { "smtp": "smtp://biling" } } },
    "production": {
      "channels": { "billing": {}, "biling": { "from": "a \\"biling\\" <a@b.example>" } }
    }
  }
}`;
  expect(marked(text)).toEqual(['FLOW505 5 "biling"']);
});

test('a check that does not exist, or is an error, is marked under `checks`', () => {
  const text =
    '\ufeff{ "$schema": "FLOW201",\r\n  "checks": { "FLOW214": "off",\r\n    "FLOW999": "off", "FLOW201": "off" } }';
  expect(marked(text)).toEqual(['FLOW506 3 "FLOW999"', 'FLOW507 3 "FLOW201"']);
});
