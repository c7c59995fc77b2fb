import type { Client } from '@temporalio/client';
import { messageOf } from '../user-error.ts';
import type { Log } from './binary.ts';
import type { TemporalTarget } from './connect.ts';
import { versionsAttribute } from './signal.ts';

/** `INDEXED_VALUE_TYPE_KEYWORD_LIST` of Temporal's API. */
const keywordList = 7;

/**
 * Registers the search attribute that every workflow is started with, where the namespace lacks it. A server that lets no
 * client do that (Temporal Cloud) has it made by hand: one line then says how.
 */
export async function registerSearchAttributes(client: Client, target: TemporalTarget, log: Log): Promise<void> {
  const { namespace } = target;
  const { name } = versionsAttribute;
  const { operatorService } = client.connection;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    if (customAttributes && name in customAttributes) return;
    await operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: keywordList } });
  } catch (error) {
    // Another worker may have been faster.
    if (/already exists/i.test(messageOf(error))) return;
    log(
      `warning: The search attribute ${name} of the namespace ${namespace} at ${target.options.address} could not be looked up or registered (${messageOf(error)}). If it is missing no workflow starts: make it with \`temporal operator search-attribute create --namespace ${namespace} --name ${name} --type KeywordList\`, in Temporal Cloud on the page of the namespace.`,
    );
  }
}
