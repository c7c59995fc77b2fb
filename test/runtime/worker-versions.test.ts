import { expect, it } from 'vitest';
import { versionDifferences, type WorkerVersions } from '../../runtime/worker-versions.ts';

const own: WorkerVersions = {
  node: '24.21.0',
  timezones: '2026c',
  python: { version: '3.11.7', timezones: '2026c' },
};

it('says nothing where all is the same, or was not told', () => {
  expect(versionDifferences(own, [{ id: 'a', versions: own }])).toEqual([]);
  expect(versionDifferences({ ...own, python: null }, [{ id: 'a', versions: {} }])).toEqual([]);
});

it('says in one sentence in what another worker differs', () => {
  const other = { ...own, node: '22.18.0', timezones: '2025b' };
  expect(versionDifferences(own, [{ id: 'host-7', versions: other }])).toEqual([
    'The worker host-7 has timezone data 2025b (here 2026c), Node 22.18.0 (here 24.21.0). Install the same for all workers. With other timezone data one wall clock can be two instants.',
  ]);
  expect(versionDifferences(own, [{ id: 'host-7', versions: { ...own, node: '24.20.0' } }])).toEqual([
    'The worker host-7 has Node 24.20.0 (here 24.21.0). Install the same for all workers.',
  ]);
});

it('says where Python knows other zones than Node', () => {
  expect(versionDifferences({ ...own, python: { version: '3.11.7', timezones: '2025b' } }, [])).toEqual([
    "Python has timezone data 2025b, Node 2026c: scripts get the participant's timezone from Node; any other that they name is Python's.",
  ]);
});
