import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fixedLines, fixFiles } from '../../compiler/cli/fix.ts';
import { applyEdits } from '../../compiler/diagnostics/apply-edits.ts';
import { checkFiles, type Files, readFolder } from '../language/workspace.ts';
import { flowc } from './flowc.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function written(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-fix-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const workspace = {
  'workspace.flow': `workspace acme { timezone: "Europe/Berlim" }
channel billing: email
agent concierge { channels: biling }
`,
  'pay/campaign.flow': `campaign pay
participant { paid: boolean = false   note: string = ''  kind: x | y = x }
email HELLO { agent: concierge,  at: now  window: any time   duration: 2 dyas  template: "hello" }
flow greet {
  on participant creatd
  if payd   &&   note == none { stop; }
  if payd { stop }   // payd stays in a comment
  if kind = y { send HELO }
  send HELO
}
`,
  'pay/templates/hello.liquid': "Hello {{ note | defualt: 'there' }}",
};

/** As `flowc check --fix` does it, without a process. */
async function fixed(files: Files) {
  const folder = written(files);
  const changes = await fixFiles(folder, async () => checkFiles(readFolder(folder)).diagnostics);
  return { changes, files: readFolder(folder) };
}

test('every edit is made, the rest of the text stays as it was written', async () => {
  const { changes, files } = await fixed(workspace);
  expect(files['workspace.flow']).toBe(
    workspace['workspace.flow'].replace('Berlim', 'Berlin').replace('biling', 'billing'),
  );
  expect(files['pay/campaign.flow']).toBe(`campaign pay
participant { paid: boolean = false   note: string = ""  kind: x | y = x }
email HELLO { agent: concierge  at: now  window: any time   duration: 2 days  template: "hello" }
flow greet {
  on participant created
  if paid   and   note is not set { stop }
  if paid { stop }   // payd stays in a comment
  if kind == y { send HELLO }
  send HELLO
}
`);
  expect(files['pay/templates/hello.liquid']).toBe("Hello {{ note | default: 'there' }}");
  expect(checkFiles(files).diagnostics).toEqual([]);
  expect(fixedLines(changes)).toContain('fixed workspace.flow:1:28 FLOW310: `"Europe/Berlim"` → `"Europe/Berlin"`');
  expect(fixedLines(changes).at(-1)).toBe(`${changes.length} fixes in 3 files`);
});

test('line ends and a byte order mark stay', async () => {
  const text = `\ufeff${workspace['workspace.flow'].replaceAll('\n', '\r\n')}`;
  const { files } = await fixed({ ...workspace, 'workspace.flow': text });
  expect(files['workspace.flow']).toBe(text.replace('Berlim', 'Berlin').replace('biling', 'billing'));
});

test('what has no edit is left alone', async () => {
  const files = { ...workspace, 'pay/campaign.flow': 'campaign pay\nflow f { stop }\n' };
  const first = await fixed(files);
  expect(first.files['pay/campaign.flow']).toBe(files['pay/campaign.flow']);
  expect(fixedLines((await fixed(first.files)).changes)).toEqual(['nothing to fix']);
});

test('of edits that overlap, or insert at one place, the first is made', () => {
  const at = (start: number, end: number, text: string) => ({ span: { file: 'a', line: 1, start, end }, text });
  expect(applyEdits('abcdef', [at(2, 4, 'X'), at(1, 3, 'Y'), at(5, 6, '')])).toMatchObject({ text: 'aYde' });
  expect(applyEdits('ab', [at(0, 0, '1'), at(0, 0, '2')]).text).toBe('1ab');
});

test('flowc check --fix says what it changed on stderr and reports what is left', async () => {
  const folder = written({
    ...workspace,
    'pay/campaign.flow': `${workspace['pay/campaign.flow']}flow lost { stop }\n`,
  });
  const { code, stdout, stderr } = await flowc(folder, ['check', '--fix', '--format', 'json']);
  expect(stderr).toMatch(/^fixed pay\/campaign\.flow:\d+:\d+ FLOW\d+: .* → /m);
  expect(JSON.parse(stdout).diagnostics.map((one: { code: string }) => one.code)).toEqual(['FLOW221']);
  expect(code).toBe(1);
  expect(readFileSync(join(folder, 'workspace.flow'), 'utf8')).toContain('Europe/Berlin');
  const both = await flowc(folder, ['check', '--fix', '--watch']);
  expect([both.code, both.stderr]).toEqual([
    2,
    expect.stringContaining("'--fix' cannot be used with option '--watch'"),
  ]);
});
