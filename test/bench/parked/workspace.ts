/** People who wait a month for their message, and some whose message is due while the others are imported. */
import { csv, type Files, mailWorkspace } from '../../end-to-end/world.ts';

export const campaign = 'parked';

/** The workspace, built by `flowc build`; its mail goes to `port`. */
export function parkedWorkspace(port: number): Files {
  return {
    ...mailWorkspace(port, { channel: { pool: 8 } }),
    'parked/campaign.flow': `campaign parked {
  defaults { agent: concierge  duration: 40 days }
}

participant {
  opens: datetime required
}

flow later {
  on participant created

  email LATER {
    at: opens
    window: any time
    template: "later"
  }
  wait for LATER up to 60 days
}
`,
    'parked/templates/later.txt': 'subject: Later\n---\nHello {{ external_id }}.\n',
  };
}

/** A file of `n` people whose message opens at the instants that `opens` gives. */
export function peopleFile(tag: string, n: number, opens: (index: number) => number): string {
  const rows = Array.from({ length: n }, (_, index) => [
    `${tag}${index}`,
    `${tag}${index}@example.test`,
    'Europe/Berlin',
    new Date(opens(index)).toISOString().replace(/\.\d+Z$/, 'Z'),
  ]);
  return csv(['external_id', 'email', 'timezone', 'opens'], rows);
}
