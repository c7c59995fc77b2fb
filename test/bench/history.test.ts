import type { History } from '@temporalio/common/lib/proto-utils.js';
import protos from '@temporalio/proto';
import { expect, test } from 'vitest';
import { countHistory } from './lib/history.ts';

type Event = NonNullable<History['events']>[number];
const type = protos.temporal.api.enums.v1.EventType;

const scheduled = (eventId: number, name: string): Event => ({
  eventId: eventId as never,
  eventType: type.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  activityTaskScheduledEventAttributes: { activityType: { name } },
});
const completed = (scheduledEventId: number): Event => ({
  eventType: type.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
  activityTaskCompletedEventAttributes: { scheduledEventId: scheduledEventId as never },
});
const marker = (workflowTask: number): Event => ({
  eventType: type.EVENT_TYPE_MARKER_RECORDED,
  markerRecordedEventAttributes: {
    markerName: 'core_local_activity',
    workflowTaskCompletedEventId: workflowTask as never,
  },
});
const plain = (name: keyof typeof type): Event => ({ eventType: type[name] });

const journey = [
  plain('EVENT_TYPE_WORKFLOW_EXECUTION_STARTED'),
  plain('EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED'),
  plain('EVENT_TYPE_WORKFLOW_TASK_COMPLETED'),
  marker(3),
  marker(3),
  plain('EVENT_TYPE_TIMER_STARTED'),
  scheduled(7, 'readFields'),
  completed(7),
  scheduled(9, 'send'),
  completed(9),
  scheduled(11, 'send'),
  completed(11),
  plain('EVENT_TYPE_TIMER_STARTED'),
  plain('EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'),
];

test('markers of one workflow task are one action, and so is a signalWithStart', () => {
  const { actions, events, localActivities, timers } = countHistory({ events: journey }, 5000);
  // signalWithStart 1, markers 1, timers 2, activities 3
  expect({ actions, events, localActivities, timers }).toEqual({
    actions: 7,
    events: 14,
    localActivities: 2,
    timers: 2,
  });
});

test('a signal after a plain start is an action of its own', () => {
  const [start, signal, task, ...rest] = journey;
  expect(countHistory({ events: [start!, task!, signal!, ...rest] }, 0).actions).toBe(8);
});

test('message 2 is out when the second send has completed', () => {
  const counts = countHistory({ events: journey }, 0);
  expect([counts['events@2'], counts['activities@2'], counts['timers@2']]).toEqual([12, 3, 1]);
});
