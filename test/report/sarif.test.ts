import { expect, test } from 'vitest';
import { sarifReport } from '../../compiler/cli/report/sarif.ts';
import { findingsOf, textOf, two, workspaceText } from './findings.ts';

const stale = { changes: [{ path: 'generated/data.ts', kind: 'changed' }], mode: 'compared' } as const;

test('a log of SARIF 2.1.0 holds results, their rules and the places that explain them', () => {
  expect(sarifReport(findingsOf(two), textOf(two), '1.2.3')).toMatchInlineSnapshot(`
    "{
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "flowc",
              "semanticVersion": "1.2.3",
              "rules": [
                {
                  "id": "FLOW203",
                  "shortDescription": {
                    "text": "Duplicate name"
                  },
                  "help": {
                    "text": "flowc explain FLOW203"
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                },
                {
                  "id": "FLOW214",
                  "shortDescription": {
                    "text": "Missing value counts as different"
                  },
                  "help": {
                    "text": "flowc explain FLOW214"
                  },
                  "defaultConfiguration": {
                    "level": "warning"
                  }
                }
              ]
            }
          },
          "columnKind": "utf16CodeUnits",
          "originalUriBaseIds": {
            "WORKSPACE": {
              "uri": "file:///srv/repo/acme/"
            }
          },
          "invocations": [
            {
              "executionSuccessful": true,
              "exitCode": 1
            }
          ],
          "results": [
            {
              "ruleId": "FLOW214",
              "ruleIndex": 1,
              "level": "warning",
              "message": {
                "text": "\`not paid\` is also true when \`paid\` has no value.\\nAdd \`paid is set and …\`, or give the field a default."
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "hello/flows.flow",
                      "uriBaseId": "WORKSPACE"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 6,
                      "endLine": 3,
                      "endColumn": 14
                    }
                  }
                }
              ]
            },
            {
              "ruleId": "FLOW203",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "The name \`greet\` is already used by the flow on line 1 of hello/flows.flow.\\nRename one of them."
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "hello/flows.flow",
                      "uriBaseId": "WORKSPACE"
                    },
                    "region": {
                      "startLine": 6,
                      "startColumn": 6,
                      "endLine": 6,
                      "endColumn": 11
                    }
                  }
                }
              ],
              "relatedLocations": [
                {
                  "id": 0,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "hello/flows.flow",
                      "uriBaseId": "WORKSPACE"
                    },
                    "region": {
                      "startLine": 1,
                      "startColumn": 6,
                      "endLine": 1,
                      "endColumn": 11
                    }
                  },
                  "message": {
                    "text": "first here"
                  }
                }
              ]
            }
          ]
        }
      ]
    }
    "
  `);
});

test('every result names its rule by index and stands in a region of the file', () => {
  const { runs } = JSON.parse(sarifReport(findingsOf(two, stale), textOf(two), '1.2.3'));
  const [run] = runs;
  expect(run.results).toHaveLength(3);
  for (const result of run.results) {
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(['error', 'warning']).toContain(result.level);
    const region = result.locations[0].physicalLocation.region ?? { startLine: 1, startColumn: 1, endColumn: 1 };
    expect(Math.min(region.startLine, region.startColumn, region.endColumn)).toBeGreaterThan(0);
  }
});

test('a workspace without fault is an empty list of results', () => {
  const files = { 'workspace.flow': workspaceText };
  const [run] = JSON.parse(sarifReport(findingsOf(files), textOf(files), '1.2.3')).runs;
  expect([run.results, run.invocations]).toEqual([[], [{ executionSuccessful: true, exitCode: 0 }]]);
});
