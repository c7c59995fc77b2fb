import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { StartArgument } from '../activities/port.ts';
import type { Signal } from '../store/relay.ts';
import { versionsAttributeName } from '../workflow/versions.ts';

export const taskQueue = 'flowc';

/** `flow@hash` of every version an open participant has run: what `flowc prune` asks for. */
export const versionsAttribute = defineSearchAttributeKey(versionsAttributeName, 'KEYWORD_LIST');

/** A signal that hangs for longer has failed: another relay may be serving the participant by then. */
const deadlineMs = 15_000;

/** The relay's way to Temporal: always signalWithStart, so that an event never meets a workflow that has just closed. */
export function signalParticipant(client: Client): Signal {
  return async (who, message, versions) => {
    const argument: StartArgument = { who };
    await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.signalWithStart(who.campaign, {
        workflowId: `${who.campaign}/${who.participant}`,
        taskQueue,
        args: [argument],
        signal: message.type,
        signalArgs: [message],
        typedSearchAttributes: [{ key: versionsAttribute, value: [...versions] }],
        staticSummary: `participant ${who.participant} of ${who.campaign}`,
        staticDetails:
          'Open while something is still going to happen: a run that waits, or a communication that has not ended.',
      }),
    );
  };
}
