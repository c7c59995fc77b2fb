/** Statements are parsed and planned once per connection: half of what short statements cost the database. */
import { createHash } from 'node:crypto';
import { Client } from 'pg';

/** Statements with more parameters have one for each column of each row: every number of rows would stay prepared. */
const parametersAtMost = 40;
/** "cached plan must not change result type": a migration changed a table under the connection. */
const planIsStale = '0A000';

type Query = (...given: readonly unknown[]) => Promise<unknown>;

const digests = new Map<string, string>();

function digestOf(text: string): string {
  let digest = digests.get(text);
  if (digest === undefined) {
    digest = createHash('sha256').update(text).digest('base64url');
    digests.set(text, digest);
  }
  return digest;
}

/** A client that prepares its statements with parameters, for the pool. */
export class PreparingClient extends Client {
  /** Part of the statements' names: when plans are stale, all are prepared anew. */
  private generation = 0;

  constructor(...given: ConstructorParameters<typeof Client>) {
    super(...given);
    const plain = this.query.bind(this) as unknown as Query;
    const query: Query = (...given) => {
      const [text, values] = given;
      if (given.length !== 2 || typeof text !== 'string' || !Array.isArray(values)) return plain(...given);
      if (values.length === 0 || values.length > parametersAtMost) return plain(text, values);
      return plain({ name: `${digestOf(text)}${this.generation}`, text, values }).catch((error: { code?: string }) => {
        if (error.code === planIsStale) this.generation += 1;
        throw error;
      });
    };
    Object.assign(this, { query });
  }
}
