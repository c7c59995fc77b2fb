import { describe, expect, test } from 'vitest';
import { githubReport } from '../../compiler/cli/report/github.ts';
import { jsonReport } from '../../compiler/cli/report/json.ts';
import { prettyReport } from '../../compiler/cli/report/pretty.ts';
import { summary } from '../../compiler/cli/report/summary.ts';
import { penFor, showsLinks } from '../../compiler/cli/report/terminal.ts';
import { findingsOf, many, textOf, two, workspaceText } from './findings.ts';

const stale = { changes: [{ path: 'generated/data.ts', kind: 'changed' }], mode: 'compared' } as const;
const plain = { paint: (_role: string, text: string) => text, link: (_target: unknown, text: string) => text };

describe('pretty', () => {
  test('one frame shows every place a message is about', () => {
    expect(prettyReport(findingsOf(two), textOf(two), plain)).toMatchInlineSnapshot(`
      "warning FLOW214 \`not paid\` is also true when \`paid\` has no value.
          ┌─ hello/flows.flow:3:6
        3 │   if not paid { stop }
          │      ^^^^^^^^
        = Add \`paid is set and …\`, or give the field a default.

      error FLOW203 The name \`greet\` is already used by the flow on line 1 of hello/flows.flow.
          ┌─ hello/flows.flow:6:6
        1 │ flow greet {
          │      ^^^^^ first here
        …
        6 │ flow greet {
          │      ^^^^^
        = Rename one of them.

      "
    `);
  });

  test('the files of a build follow, one a line', () => {
    const files = { 'workspace.flow': workspaceText };
    expect(prettyReport(findingsOf(files, stale), textOf(files), plain)).toBe('changed  generated/data.ts\n');
  });

  test('the count names where to read on', () => {
    expect(summary(findingsOf(two))).toMatchInlineSnapshot(`
      "1 error, 1 warning in 3 files
      More about a code: flowc explain FLOW214"
    `);
    expect(summary(findingsOf({ 'workspace.flow': workspaceText }))).toBe('1 file checked, no problems');
    expect(summary(findingsOf({ 'workspace.flow': workspaceText }, stale))).toMatchInlineSnapshot(`
      "1 file checked, no problems
      generated/ is not current: 1 file differs. Run \`flowc build\` and commit what it writes."
    `);
  });
});

describe('links', () => {
  test.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a CI', true, { CI: 'true' }, false],
    ['a pipe with FORCE_HYPERLINK=1', false, { FORCE_HYPERLINK: '1' }, true],
    ['a terminal with FORCE_HYPERLINK=0', true, { FORCE_HYPERLINK: '0' }, false],
  ])('%s', (_name, isTTY, environment, shown) => {
    expect(showsLinks({ isTTY }, environment)).toBe(shown);
  });

  test('a place leads to its line, a code to its page', () => {
    process.env.FORCE_HYPERLINK = '1';
    try {
      const { link } = penFor(process.stdout, '/srv/my work');
      expect(link({ kind: 'place', file: 'a.flow', line: 4, column: 2 }, 'a.flow:4:2')).toBe(
        '\x1b]8;;file:///srv/my%20work/a.flow#L4\x1b\\a.flow:4:2\x1b]8;;\x1b\\',
      );
      expect(link({ kind: 'code', code: 'FLOW201' }, 'x')).toContain('/docs/errors/FLOW201.md\x1b\\x\x1b]8;;\x1b\\');
    } finally {
      delete process.env.FORCE_HYPERLINK;
    }
  });
});

describe('json', () => {
  test('is one versioned document with every place', () => {
    expect(jsonReport(findingsOf(two, stale), textOf(two))).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "summary": {
          "files": 3,
          "errors": 1,
          "warnings": 1
        },
        "diagnostics": [
          {
            "code": "FLOW214",
            "severity": "warning",
            "message": "\`not paid\` is also true when \`paid\` has no value.",
            "file": "hello/flows.flow",
            "line": 3,
            "column": 6,
            "endLine": 3,
            "endColumn": 14,
            "start": 43,
            "end": 51,
            "labels": [],
            "help": "Add \`paid is set and …\`, or give the field a default.",
            "edits": []
          },
          {
            "code": "FLOW203",
            "severity": "error",
            "message": "The name \`greet\` is already used by the flow on line 1 of hello/flows.flow.",
            "file": "hello/flows.flow",
            "line": 6,
            "column": 6,
            "endLine": 6,
            "endColumn": 11,
            "start": 69,
            "end": 74,
            "labels": [
              {
                "file": "hello/flows.flow",
                "line": 1,
                "column": 6,
                "endLine": 1,
                "endColumn": 11,
                "start": 5,
                "end": 10,
                "text": "first here"
              }
            ],
            "help": "Rename one of them.",
            "edits": []
          }
        ],
        "files": [
          {
            "path": "generated/data.ts",
            "kind": "changed"
          }
        ]
      }
      "
    `);
  });
});

describe('github', () => {
  test('annotates the lines, files named from the checkout', () => {
    expect(githubReport(findingsOf(two), textOf(two), '/srv/repo')).toMatchInlineSnapshot(`
      "::warning file=acme/hello/flows.flow,line=3,endLine=3,col=6,endColumn=13,title=FLOW214::\`not paid\` is also true when \`paid\` has no value.%0AAdd \`paid is set and …\`, or give the field a default.
      ::error file=acme/hello/flows.flow,line=6,endLine=6,col=6,endColumn=10,title=FLOW203::The name \`greet\` is already used by the flow on line 1 of hello/flows.flow.%0ARename one of them.
      "
    `);
  });

  test('escapes what would end a property or a command', () => {
    const files = { 'workspace.flow': workspaceText, 'a,b:c%/flows.flow': 'flow x { on participant created  stop }\n' };
    const text = githubReport(findingsOf(files), textOf(files), '/srv/repo/acme');
    expect(text).toContain('::error file=a%2Cb%3Ac%25/flows.flow,');
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  test('keeps to ten annotations of a type and tells the rest in the log', () => {
    const files = many(13);
    const lines = githubReport(findingsOf(files), textOf(files), '/srv/repo/acme').split('\n');
    const begin = (word: string) => lines.filter((line) => line.startsWith(word)).length;
    expect([begin('::error '), begin('::warning ')]).toEqual([10, 10]);
    expect(lines.filter((line) => line.startsWith('::notice '))).toEqual([
      "::notice title=flowc::GitHub shows 10 annotations of a type per step: 3 errors and 3 warnings more in this step's log.",
    ]);
    expect([begin('error FLOW201'), begin('warning FLOW214')]).toEqual([3, 3]);
  });

  test('a line of a user’s file never becomes a command', () => {
    const files = many(11);
    const shifted = {
      ...files,
      'hello/flows.flow': files['hello/flows.flow']!.replace('payd_10', 'payd_10 ::set-env'),
    };
    const lines = githubReport(findingsOf(shifted), textOf(shifted), '/srv/repo/acme').split('\n');
    expect(lines.filter((line) => /^\s*::(?!error|warning|notice)/.test(line))).toEqual([]);
  });

  test('generated code that is not current is one annotation', () => {
    const files = { 'workspace.flow': workspaceText };
    expect(githubReport(findingsOf(files, stale), textOf(files), '/srv/repo')).toBe(
      '::error file=acme/generated/data.ts,title=flowc build::generated/ is not current: 1 file differs. Run `flowc build` and commit what it writes.%0Achanged: generated/data.ts\n',
    );
  });
});
