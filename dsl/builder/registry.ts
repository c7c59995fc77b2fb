/**
 * What builder files have declared so far. One collection is under way at a time, in the process that loads them; without one (a builder
 * function called from elsewhere) declarations are made and kept nowhere.
 */
import type { Declaration, FileNode, Span } from '../ast.ts';
import { folderOf } from '../folder.ts';
import type { Problem } from '../problems.ts';
import type { BuilderProblem } from './problems.ts';
import { unknownSpan } from './spans.ts';
import { spelledOut } from './spelling.ts';

/** What loading knows of the files. */
export interface Sources {
  /** Path relative to the workspace of a module, `/` between folders; null for what is no file. */
  pathOf(url: string): string | null;
  /** Text of such a file as it was loaded; null if it cannot be read. */
  textOf(path: string): string | null;
}

export interface BuiltFile {
  readonly file: FileNode;
  readonly problems: readonly (Problem | BuilderProblem)[];
  /** It did not load: what it would declare is missed without being reported again. */
  readonly lost?: boolean;
}

interface Growing {
  readonly declarations: (Declaration | Pending)[];
  readonly problems: (Problem | BuilderProblem)[];
}
/** A communication made outside of a flow so far: declared, unless a flow takes it as its own statement. */
interface Pending {
  readonly kind: 'pending';
  readonly of: object;
  readonly declaration: Declaration;
}

/** A statement that no flow has so far. */
interface Loose {
  readonly of: object;
  readonly owner: string;
  readonly span: Span;
}

let sources: Sources | null = null;
let files = new Map<string, Growing>();
let taken = new WeakSet<object>();
let loose: Loose[] = [];
/** Problems of what was declared outside of every builder file. */
let homeless: (Problem | BuilderProblem)[] = [];
/** Fields declared in text, by the folder of their campaign; those of the profile at `null`. */
let textFields = new Map<string | null, ReadonlySet<string>>();

export function currentSources(): Sources | null {
  return sources;
}

/** Begins a collection; what was declared before is forgotten. */
export function beginCollecting(from: Sources): void {
  sources = from;
  files = new Map();
  taken = new WeakSet();
  loose = [];
  homeless = [];
  textFields = new Map();
}

/** What was declared in the files named, and what was wrong. */
export function collected(paths: readonly string[]): readonly BuiltFile[] {
  const known = knownFields();
  return paths.map((path, index) => {
    const { declarations, problems: own } = growing(path);
    const dropped = loose
      .filter((one) => one.owner === path && !taken.has(one.of))
      .map(({ span }) => ({ kind: 'builder statement', span }) as const);
    const problems = [...(index === 0 ? homeless : []), ...own, ...dropped];
    const kept = declarations.flatMap((one) =>
      one.kind !== 'pending' ? [one] : taken.has(one.of) ? [] : [one.declaration],
    );
    const spelled = kept.map((one) => spelledOut(one, folderOf(path), known));
    return { file: { path, declarations: spelled, comments: [] }, problems };
  });
}

/** What text declares: told by `generated/refs.ts`. */
export function knowFields(folder: string | null, fields: object): void {
  textFields.set(folder, new Set(Object.keys(fields)));
}

function knownFields(): ReadonlyMap<string | null, ReadonlySet<string>> {
  const known = new Map(textFields);
  for (const [path, { declarations }] of files) {
    for (const one of declarations) {
      if (one.kind !== 'participant' && one.kind !== 'profile') continue;
      const place = one.kind === 'profile' ? null : folderOf(path);
      known.set(place, new Set([...(known.get(place) ?? []), ...one.fields.map(({ name }) => name.text)]));
    }
  }
  return known;
}

export function declare(owner: string | null, declaration: Declaration): void {
  addTo(owner, declaration, declaration.span);
}

export function declareUnlessTaken(owner: string | null, of: object, declaration: Declaration): void {
  addTo(owner, { kind: 'pending', of, declaration }, declaration.span);
}

/** A statement is expected to be taken by a flow. */
export function expectTaken(owner: string | null, of: object, span: Span): void {
  if (sources !== null && owner !== null) loose.push({ of, owner, span });
}

/** A flow, or a block, has this statement. */
export function take(statement: object): void {
  taken.add(statement);
}

export function report(owner: string | null, problem: Problem | BuilderProblem): void {
  if (sources === null) return;
  if (owner !== null) growing(owner).problems.push(problem);
  else homeless.push(problem);
}

export function isTaken(statement: object): boolean {
  return taken.has(statement);
}

function addTo(owner: string | null, declaration: Declaration | Pending, span: Span): void {
  if (sources === null) return;
  if (owner !== null) growing(owner).declarations.push(declaration);
  else if (span !== unknownSpan) {
    homeless.push({ kind: 'builder place', misplaced: { why: 'no builder file' }, span });
  }
}

function growing(path: string): Growing {
  const known = files.get(path);
  if (known !== undefined) return known;
  const made: Growing = { declarations: [], problems: [] };
  files.set(path, made);
  return made;
}
