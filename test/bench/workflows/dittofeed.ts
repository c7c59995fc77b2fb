/**
 * An own re-creation of the command pattern of Dittofeed's userJourneyWorkflow (commit c23d7ac). No code is taken; only which
 * command is issued when: isRunnable first; per node onNodeProcessed and a local "workflow info" metric; getWorkspace after
 * every long-running node; segment tests as local activities; the local-time delay computed by an activity behind a patch
 * marker; at the end onNodeProcessed(exit) and shouldReEnter.
 */
import {
  condition,
  defineSignal,
  log,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Participant } from './types.ts';

type Any = Record<string, unknown>;
interface Acts {
  isRunnable(a: Any): Promise<boolean>;
  onNodeProcessed(a: Any): Promise<void>;
  getWorkspace(id: string): Promise<{ status: string } | null>;
  findNextLocalizedTime(a: Any): Promise<number>;
  sendMessage(a: Any): Promise<boolean>;
  shouldReEnter(a: Any): Promise<boolean>;
}
interface LocalActs {
  getSegmentAssignment(a: Any): Promise<{ inSegment: boolean } | null>;
  reportWorkflowInfo(a: Any): Promise<void>;
}
const A = proxyActivities<Acts>({ startToCloseTimeout: '2 minutes' });
const L = proxyLocalActivities<LocalActs>({ startToCloseTimeout: '2 minutes', retry: { maximumAttempts: 10 } });
export const segmentUpdate =
  defineSignal<[{ segmentId: string; currentlyInSegment: boolean; segmentVersion: number }]>('segmentUpdate');

export type Node =
  | { id: string; type: 'SegmentEntryNode'; segment: string; child: string }
  | { id: string; type: 'SegmentSplitNode'; segment: string; trueChild: string; falseChild: string }
  | {
      id: string;
      type: 'DelayNode';
      variant: {
        type: 'LocalTime';
        hour: number;
        minute: number;
        allowedDaysOfWeek: number[];
        defaultTimezone: string;
      };
      child: string;
    }
  | {
      id: string;
      type: 'MessageNode';
      name: string;
      n: 1 | 2;
      variant: { type: string; templateId: string };
      subscriptionGroupId: string;
      child: string;
    }
  | {
      id: string;
      type: 'WaitForNode';
      timeoutSeconds: number;
      segmentChildren: { id: string; segmentId: string }[];
      timeoutChild: string;
    }
  | { id: string; type: 'ExitNode' };
export interface Props {
  version: 3;
  workspaceId: string;
  userId: string;
  journeyId: string;
  messageId: string;
  hidden: boolean;
  definition: { entryNode: Node; exitNode: Node; nodes: Node[] };
  bench: Participant;
}

const LONG = new Set(['WaitForNode', 'DelayNode', 'SegmentEntryNode']);

export async function userJourney(props: Props): Promise<Props | null> {
  const { workspaceId, userId, journeyId, definition, bench } = props;
  const who = { workspaceId, userId, journeyId };
  if (!(await A.isRunnable(who))) return null;
  const journeyStartedAt = Date.now();
  const { runId } = workflowInfo();
  const nodes = new Map(definition.nodes.map((n) => [n.id, n]));
  nodes.set('ExitNode', definition.exitNode);
  const inSegment = new Map<string, { currentlyInSegment: boolean; segmentVersion: number }>();
  const test = (segmentId: string) => L.getSegmentAssignment({ ...who, segmentId });
  const is = (s: string) => inSegment.get(s)?.currentlyInSegment === true;
  const report = () => {
    if (patched('workflow-history-metrics')) {
      const i = workflowInfo();
      void L.reportWorkflowInfo({ historySize: i.historySize, historyLength: i.historyLength, workspaceId, journeyId });
    }
  };
  setHandler(segmentUpdate, (u) => {
    const prev = inSegment.get(u.segmentId);
    if (!prev || prev.segmentVersion < u.segmentVersion) inSegment.set(u.segmentId, u);
  });

  let node: Node = definition.entryNode;
  for (let i = 0; i < nodes.size + 1; i++) {
    log.info('user journey node', { ...who, runId, type: node.type, currentNode: node });
    let next: string;
    if (node.type === 'ExitNode') break;
    switch (node.type) {
      case 'SegmentEntryNode': {
        const seg = node.segment;
        if (!(await test(seg))?.inSegment) await condition(() => is(seg));
        next = node.child;
        break;
      }
      case 'SegmentSplitNode':
        next = (await test(node.segment))?.inSegment ? node.trueChild : node.falseChild;
        break;
      case 'DelayNode': {
        patched('local-delay-improvements');
        const nextTime = await A.findNextLocalizedTime({ workspaceId, userId, now: bench.t0, ...node.variant });
        if (nextTime > bench.t0) await sleep(nextTime - bench.t0);
        next = node.child;
        break;
      }
      case 'WaitForNode': {
        const w = node;
        await Promise.all(
          w.segmentChildren.map(async ({ segmentId }) => {
            if ((await test(segmentId))?.inSegment)
              inSegment.set(segmentId, { currentlyInSegment: true, segmentVersion: Date.now() });
          }),
        );
        const ok = await condition(() => w.segmentChildren.some((s) => is(s.segmentId)), w.timeoutSeconds * 1000);
        next = ok ? w.segmentChildren.find((s) => is(s.segmentId))!.id : w.timeoutChild;
        break;
      }
      case 'MessageNode': {
        const sent = await A.sendMessage({
          ...who,
          runId,
          nodeId: node.id,
          n: node.n,
          messageId: uuid4(),
          triggeringMessageId: props.messageId,
          subscriptionGroupId: node.subscriptionGroupId,
          ...node.variant,
          isHidden: props.hidden,
          eventIds: [props.messageId],
        });
        next = sent ? node.child : 'ExitNode';
        break;
      }
    }
    await A.onNodeProcessed({ ...who, node, journeyStartedAt });
    report();
    if (LONG.has(node.type)) {
      if ((await A.getWorkspace(workspaceId))?.status !== 'Active') break;
    }
    node = nodes.get(next) ?? definition.exitNode;
  }
  await A.onNodeProcessed({ ...who, node: definition.exitNode, journeyStartedAt });
  report();
  return (await A.shouldReEnter(who)) ? props : null;
}
