/** One sentence the compiler can say. `{name}` is a parameter. */
export type Severity = 'error' | 'warning';

export interface Row {
  readonly severity: Severity;
  readonly title: string;
  /** What is wrong. */
  readonly message: string;
  /** One edit that mends it. */
  readonly help: string;
  /** A syntax error nearby, or a wrong declaration of `name`, may be the true cause: then it is not reported. */
  readonly cascades?: true;
  /** Said again of another place it is one message with two places. */
  readonly once?: true;
  /** The parameter that holds the name which is not known because of this. */
  readonly loses?: 'field' | 'channel';
}

export type Rows = Readonly<Record<`FLOW${number}`, Row>>;
