/** For tests beside which a machine may do other things: what is slow is not wrong. */

/** Ends what hangs for good, and nothing else. */
export const hangMs = 900_000;

/** Waits until it holds; what `explain` gives is told when it never does. */
export async function eventually(holds: () => boolean | Promise<boolean>, explain: () => string): Promise<void> {
  const deadline = Date.now() + hangMs - 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`This never came true:\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
