/** Files of the user, read and written so that nothing of them is lost. */
import {
  accessSync,
  chmodSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { UserError } from '../../runtime/user-error.ts';

/** @throws TypeError for what is not UTF-8: written back, it would be another file. */
export function readSourceText(path: string): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
}

/** A new file takes the place of the old one, so that what ends the process meanwhile loses neither; links stay links. */
export function writeSource(path: string, text: string): void {
  const file = realpathSync(path);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const { mode } = statSync(file);
    accessSync(file, constants.W_OK);
    writeFileSync(beside, text);
    chmodSync(beside, mode);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UserError(
      'environment',
      `${path} cannot be written: ${(error as Error).message}. Check its permissions.`,
    );
  }
}
