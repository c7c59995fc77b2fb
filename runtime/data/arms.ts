import { createHash } from 'node:crypto';
import { is, type Operand } from './operand.ts';
import type { Reader } from './types.ts';

/** The number of the arm of a `match` that names the value, from 0; `null` for the `else` and for a missing value. */
export function arm(value: Operand, arms: readonly (readonly string[])[]): number | null {
  const index = arms.findIndex((members) => members.some((member) => is(value, member)));
  return index < 0 ? null : index;
}

/**
 * The number of the arm of a `split`, from 0; `null` for the `else`. `borders` are the upper ends of the arms in percent, so
 * that moving one moves only the people between. `key` is workspace, campaign and name of the split.
 */
export function splitArm(r: Reader, key: readonly string[], borders: readonly number[]): number | null {
  const person = r.participant.external_id ?? r.profile.external_id ?? '';
  const digest = createHash('sha256')
    .update(JSON.stringify([...key, person]))
    .digest();
  const percent = (digest.readUInt32BE(0) / 2 ** 32) * 100;
  const index = borders.findIndex((border) => percent < border);
  return index < 0 ? null : index;
}
