import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { WorkspaceFiles } from '../files.ts';
import type { Difference } from '../generated.ts';

/** What a check or a build found. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: WorkspaceFiles;
  /** What a build wrote, or would write; null where nothing was built. */
  readonly generated: Generated | null;
}

export interface Generated {
  readonly changes: readonly Difference[];
  /** `compared`: nothing was written, and a difference is a problem. */
  readonly mode: 'written' | 'compared';
}
