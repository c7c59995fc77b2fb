/** The function of one segment: control flow only, as a person would write it. */
import { ends, isPlain, type Plain, type WaitInstruction } from '../ir/walk.ts';
import type { FlowIr, Instruction, SegmentIr } from '../ir.ts';
import type { Origin } from '../model.ts';
import { fact, factsVariable } from './facts-variable.ts';
import { place } from './modules.ts';
import { block, commentText, key, lineWidth, literal, object, quoted, type Writer } from './source.ts';

/** Room for `, line: 'flows.flow:123'`. */
const placeWidth = 26;

type InstructionOf<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>;
type Property = readonly [name: string, value: string];

/** What the code of a segment is written with. */
interface Code {
  readonly writer: Writer;
  readonly segment: SegmentIr;
  readonly folder: string;
  /** Stretches that say anything: the others are not evaluated. */
  readonly needed: ReadonlySet<string>;
  readonly take: (stretch: string) => string;
  /** Facts switched on so far. */
  readonly switched: Set<string>;
}

export function writeSegment(writer: Writer, segment: SegmentIr, { stretches }: FlowIr, folder: string): void {
  const idsOf = (holds: (stretch: FlowIr['stretches'][number]) => boolean) =>
    new Set(stretches.filter(holds).map((stretch) => stretch.id));
  const code: Code = {
    writer,
    segment,
    folder,
    needed: idsOf(({ facts, plans }) => facts.length + plans.length > 0),
    take: factsVariable(
      segment,
      idsOf(({ facts }) => facts.length > 0),
    ),
    switched: new Set(),
  };
  writer.line(`/** ${place(segment.origin, folder)}  ${commentText(segment.about)} */`);
  block(
    writer,
    `async function ${segment.name}(flow: Flow): Promise<Next> {`,
    () => {
      if (code.needed.has(segment.stretch)) writer.line(call(code, segment.stretch, 'facts', [segment.stretch]));
      writeBody(code, segment.body);
    },
    '}',
  );
}

function writeBody(code: Code, body: readonly Instruction[]): void {
  for (const instruction of body) writeInstruction(code, instruction);
}

function writeInstruction(code: Code, instruction: Instruction): void {
  const { origin } = instruction;
  switch (instruction.kind) {
    case 'if':
      writeIf(code, instruction);
      break;
    case 'switch':
      writeSwitch(code, instruction);
      break;
    case 'set':
      step(code, call(code, instruction.stretch, 'set', [instruction.step]), origin);
      break;
    case 'python':
      step(code, call(code, instruction.stretch, 'python', [instruction.name]), origin);
      break;
    case 'cancel':
      step(code, call(code, instruction.stretch, 'cancel', [instruction.step, ...instruction.names]), origin);
      break;
    case 'facts':
      if (code.needed.has(instruction.stretch))
        step(code, call(code, instruction.stretch, 'facts', [instruction.stretch]), origin);
      break;
    case 'plan':
    case 'stop':
    case 'to':
    case 'continue':
      step(code, statement(instruction), origin);
      break;
    case 'wait for time':
    case 'wait for communication':
    case 'wait for condition':
      writeWait(code, instruction);
      break;
    default:
      instruction satisfies never;
  }
}

/** One step, marked with the line it came from. */
function step({ writer, segment, folder }: Code, text: string, origin: Origin | null): void {
  const line = origin && (origin.file === segment.origin.file ? `:${origin.line}` : place(origin, folder));
  writer.line(text, line ?? '');
}

/** A call that gives the facts of a stretch. */
function call({ take }: Code, stretch: string, method: string, names: readonly string[]): string {
  return `${take(stretch)}await flow.${method}(${names.map(quoted).join(', ')});`;
}

function statement(instruction: Plain): string {
  switch (instruction.kind) {
    case 'plan':
      return `flow.plan(${quoted(instruction.name)});`;
    case 'stop':
      return 'return flow.stop();';
    case 'to':
      return `return flow.to(${quoted(instruction.flow)});`;
    case 'continue':
      return `return ${instruction.segment}(flow);`;
    default:
      return instruction satisfies never;
  }
}

function writeIf(code: Code, { fact: tested, then, else: otherwise, origin }: InstructionOf<'if'>): void {
  const test = fact(tested);
  if (then.length === 0) {
    writeIfBlock(code, `!${test}`, otherwise, [], origin);
    return;
  }
  // After a branch that leaves, the other one needs no `else`.
  const inline = ends(then);
  const only = then.length === 1 ? then[0]! : null;
  const alone = inline || otherwise.length === 0;
  if (only && isPlain(only) && alone) step(code, `if (${test}) ${statement(only)}`, origin);
  else writeIfBlock(code, test, then, inline ? [] : otherwise, origin);
  if (inline) writeBody(code, otherwise);
}

function writeIfBlock(
  code: Code,
  test: string,
  then: readonly Instruction[],
  otherwise: readonly Instruction[],
  origin: Origin | null,
): void {
  const { writer } = code;
  step(code, `if (${test}) {`, origin);
  writer.indent(() => writeBody(code, then));
  if (otherwise.length > 0) {
    writer.line('} else {');
    writer.indent(() => writeBody(code, otherwise));
  }
  writer.line('}');
}

function writeSwitch(code: Code, instruction: InstructionOf<'switch'>): void {
  const { writer, switched } = code;
  // TypeScript remembers the arm it is in and would refuse the others of a second `switch` on the same fact.
  const again = switched.has(instruction.fact) ? ' as Facts[string]' : '';
  switched.add(instruction.fact);
  step(code, `switch (${fact(instruction.fact)}${again}) {`, instruction.origin);
  writer.indent(() => {
    for (const arm of instruction.arms) {
      for (const each of arm.cases) writer.line(`case ${literal(each)}:`);
      writeArm(code, arm.body);
    }
    if (instruction.else !== null) {
      writer.line('default:');
      writeArm(code, instruction.else);
    }
  });
  writer.line('}');
}

function writeArm(code: Code, body: readonly Instruction[]): void {
  code.writer.indent(() => {
    writeBody(code, body);
    if (!ends(body)) code.writer.line('break;');
  });
}

function writeWait({ writer, segment, folder }: Code, wait: WaitInstruction): void {
  const [open, properties] = waitCall(wait);
  const line: Property = ['line', quoted(place(wait.origin ?? segment.origin, folder))];
  const all = [...properties, line];
  // Layout does not depend on where a line stands: a moved line changes no other.
  const withoutPlace = `return flow.${open}, ${object(properties)});`;
  if (withoutPlace.length + placeWidth <= lineWidth - 4) {
    writer.line(`return flow.${open}, ${object(all)});`);
    return;
  }
  block(
    writer,
    `return flow.${open}, {`,
    () => {
      for (const [property, value] of all) writer.line(`${key(property)}: ${value},`);
    },
    '});',
  );
}

/** The call up to its first argument, and the properties of its second. */
function waitCall(wait: WaitInstruction): readonly [open: string, properties: readonly Property[]] {
  switch (wait.kind) {
    case 'wait for time': {
      const { until, label, then, follows } = wait;
      const again = follows === null ? [] : [['follows', literal({ stretch: follows, key: until })] as const];
      return [`waitUntil(${fact(until)}`, [['label', quoted(label)], ['then', quoted(then)], ...again]];
    }
    case 'wait for communication':
      return [`waitForCommunication(${quoted(wait.name)}`, bounded(wait)];
    case 'wait for condition': {
      const looked: readonly Property[] = [
        ['stretch', quoted(wait.stretch)],
        ['watches', literal(wait.watches)],
      ];
      return [`waitFor(${quoted(wait.key)}`, [...looked, ...bounded(wait)]];
    }
    default:
      return wait satisfies never;
  }
}

function bounded(wait: Exclude<WaitInstruction, { kind: 'wait for time' }>): readonly Property[] {
  return [
    ...(wait.upTo === null ? [] : [['upTo', fact(wait.upTo)] as const]),
    ['then', quoted(wait.then)] as const,
    ...(wait.else === null ? [] : [['else', quoted(wait.else)] as const]),
  ];
}
