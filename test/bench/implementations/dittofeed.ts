import { control } from '../lib/temporal.ts';

/** Ids are UUIDs in the product. */
const uuid = (n: number) => `0c2b8f3e-5d41-4e7a-9a6c-${String(n).padStart(12, '0')}`;

const message = (id: number, n: number, templateId: string, child: string) => ({
  id: uuid(id),
  type: 'MessageNode',
  name: templateId,
  n,
  variant: { type: 'Email', templateId },
  subscriptionGroupId: uuid(90),
  child,
});

const nineOnWeekdays = {
  type: 'LocalTime',
  hour: 9,
  minute: 0,
  allowedDaysOfWeek: [1, 2, 3, 4, 5],
  defaultTimezone: 'UTC',
};

const definition = (timeoutMs: number) => ({
  entryNode: { id: uuid(1), type: 'SegmentEntryNode', segment: 'seg-created', child: uuid(2) },
  exitNode: { id: 'ExitNode', type: 'ExitNode' },
  nodes: [
    { id: uuid(2), type: 'SegmentSplitNode', segment: 'seg-paid', trueChild: 'ExitNode', falseChild: uuid(3) },
    { id: uuid(3), type: 'DelayNode', variant: nineOnWeekdays, child: uuid(4) },
    message(4, 1, 'welcome', uuid(5)),
    {
      id: uuid(5),
      type: 'WaitForNode',
      timeoutSeconds: timeoutMs / 1000,
      segmentChildren: [{ id: uuid(6), segmentId: 'seg-answered' }],
      timeoutChild: uuid(7),
    },
    message(6, 2, 'thanks', 'ExitNode'),
    message(7, 2, 'reminder', 'ExitNode'),
  ],
});

export const dittofeed = control({
  name: 'dittofeed',
  title: "the command pattern of Dittofeed's user journeys",
  workflows: 'dittofeed.ts',
  workflowType: 'userJourney',
  args: ({ id, t0, timeoutMs }) => [
    {
      version: 3,
      workspaceId: uuid(80),
      userId: id,
      journeyId: uuid(81),
      messageId: uuid(82),
      hidden: false,
      definition: definition(timeoutMs),
      bench: { id, t0, timeoutMs },
    },
  ],
  signal: {
    name: 'segmentUpdate',
    args: [{ segmentId: 'seg-answered', currentlyInSegment: true, segmentVersion: Date.now() }],
  },
});
