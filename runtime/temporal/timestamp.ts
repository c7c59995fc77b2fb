/** An instant as the protocol writes it. */
export interface Timestamp {
  readonly seconds?: { toNumber(): number } | number | null;
  readonly nanos?: number | null;
}

/** Epoch milliseconds; 0 when there is no instant. */
export function millis(at: Timestamp | null | undefined): number {
  const seconds = at?.seconds ?? 0;
  return (typeof seconds === 'number' ? seconds : seconds.toNumber()) * 1000 + (at?.nanos ?? 0) / 1e6;
}
