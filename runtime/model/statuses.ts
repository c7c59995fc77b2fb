/** Statuses of a communication (language.md §6.4). They only move forward: a status never gives way to one of lower or equal rank. */
export const statuses = {
  Planned: { rank: 0, final: false },
  Started: { rank: 1, final: false },
  Delivered: { rank: 2, final: false },
  Read: { rank: 3, final: false },
  Replied: { rank: 4, final: false },
  Completed: { rank: 5, final: true },
  NoResponse: { rank: 5, final: true },
  Failed: { rank: 5, final: true },
  Canceled: { rank: 5, final: true },
  Skipped: { rank: 5, final: true },
} as const satisfies Record<string, { rank: number; final: boolean }>;

export type Status = keyof typeof statuses;
export type FinalStatus = 'Completed' | 'NoResponse' | 'Failed' | 'Canceled' | 'Skipped';

export function isFinal(status: Status): status is FinalStatus {
  return statuses[status].final;
}

/** Why a communication has its final status. One row per reason: the status it goes with and what people read. */
export const reasons = {
  answered: { status: 'Completed', text: 'the person answered' },
  agent_completed: { status: 'Completed', text: 'the agent completed the conversation' },
  silence: { status: 'NoResponse', text: 'nobody answered before the silence time ran out' },
  no_address: { status: 'Failed', text: 'the person has no usable address on this channel' },
  no_date: { status: 'Failed', text: 'the date in `at` is missing' },
  never_opens: { status: 'Failed', text: 'window and contact hours never meet' },
  not_found: { status: 'Failed', text: 'the address does not exist' },
  refused: { status: 'Failed', text: 'the channel refused the message' },
  content: { status: 'Failed', text: 'the message could not be rendered' },
  network: { status: 'Failed', text: 'the channel could not be reached' },
  unknown: { status: 'Failed', text: 'handed over without an answer: whether it arrived cannot be found out' },
  closed: { status: 'Canceled', text: 'the time to send ran out while it was held' },
  canceled: { status: 'Canceled', text: 'canceled by a flow' },
  canceled_by_api: { status: 'Canceled', text: 'canceled by API' },
  exited: { status: 'Canceled', text: 'the participant left the campaign' },
  terminated: { status: 'Canceled', text: 'its workflow was terminated' },
  past: { status: 'Skipped', text: 'its date had passed and `if_past` is skip' },
} as const satisfies Record<string, { status: FinalStatus; text: string }>;

export type Reason = keyof typeof reasons;
