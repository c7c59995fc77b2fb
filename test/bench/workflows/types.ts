export interface Participant {
  readonly id: string;
  readonly fields: {
    readonly paid: boolean;
    readonly timezone: string;
    readonly email: string;
    readonly name: string;
    readonly plan: string;
  };
  /** Virtual now at the first workflow task, one second before the window opens in the participant's zone. */
  readonly t0: number;
  readonly timeoutMs: number;
}

export interface SendArgs {
  readonly participant: string;
  readonly n: 1 | 2;
  readonly template: string;
  readonly to: string;
}
