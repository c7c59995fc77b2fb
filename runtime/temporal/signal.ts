import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { EventMessage, StartArgument, Who } from '../activities/port.ts';

export const taskQueue = 'flowc';

/** `flow@hash` of every version an open participant has run: what `flowc prune` asks for. */
export const versionsAttribute = defineSearchAttributeKey('FlowVersions', 'KEYWORD_LIST');

/** Delivers one event to its participant's workflow, which is created if none is open. */
export type SignalParticipant = (who: Who, message: EventMessage, versions: readonly string[]) => Promise<void>;

/** The relay's way to Temporal: always signalWithStart, so that an event never meets a workflow that has just closed. */
export function signalParticipant(client: Client): SignalParticipant {
  return async (who, message, versions) => {
    const argument: StartArgument = { who };
    await client.workflow.signalWithStart(who.campaign, {
      workflowId: `${who.campaign}/${who.participant}`,
      taskQueue,
      args: [argument],
      signal: message.type,
      signalArgs: [message],
      typedSearchAttributes: [{ key: versionsAttribute, value: [...versions] }],
      staticSummary: `participant ${who.participant} of ${who.campaign}`,
      staticDetails:
        'Open while something is still going to happen: a run that waits, or a communication that has not ended.',
    });
  };
}
