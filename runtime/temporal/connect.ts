import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { Environment } from '../config.ts';
import { messageOf, UserError } from '../user-error.ts';
import { logSdkTo } from './sdk-log.ts';
import { runningServer } from './server.ts';

export interface TemporalTarget {
  readonly options: NativeConnectionOptions & { readonly address: string };
  readonly namespace: string;
}

/**
 * The Temporal server of an environment: `TEMPORAL_ADDRESS`, else the address in `flowc.json`, else the dev server that
 * runs for this workspace; null if there is none. TLS, API key and namespace come from Temporal's own environment
 * variables (or a profile of its configuration file when `TEMPORAL_PROFILE` names one), then from `flowc.json`.
 * @param folder the workspace's `.flowc` folder.
 */
export function temporalTarget(folder: string, environment: Environment): TemporalTarget | null {
  // A configuration file that happens to lie in the home folder must not send a workspace's events elsewhere.
  const disableFile = !process.env.TEMPORAL_PROFILE && !process.env.TEMPORAL_CONFIG_FILE;
  const outside = loadClientConnectConfig({ disableFile });
  const declared = environment.temporal;
  const address = outside.connectionOptions.address ?? declared.address ?? runningServer(folder)?.address;
  if (!address) return null;
  const apiKey = outside.connectionOptions.apiKey ?? apiKeyOf(environment);
  const tls = outside.connectionOptions.tls ?? declared.tls ?? (apiKey ? true : undefined);
  return {
    options: {
      address,
      ...(tls !== undefined && { tls }),
      ...(apiKey !== undefined && { apiKey }),
      ...(outside.connectionOptions.metadata && { metadata: outside.connectionOptions.metadata }),
    },
    namespace: outside.namespace ?? declared.namespace,
  };
}

/**
 * A client for signals and queries. Close its `connection` in the end.
 * @throws UserError (environment) when the server does not answer or has no such namespace.
 */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...target.options, connectTimeout: 3_000 });
  } catch (error) {
    throw unreachable(target, error);
  }
  if (await lacksNamespace(connection, target.namespace)) {
    await connection.close();
    throw new UserError(
      'environment',
      `Temporal at ${target.options.address} has no namespace ${target.namespace}: make it with \`temporal operator namespace create --namespace ${target.namespace}\`, or name another one with TEMPORAL_NAMESPACE or "temporal": { "namespace": … } in flowc.json.`,
    );
  }
  return new Client({ connection, namespace: target.namespace });
}

/** False also when the server does not let us ask. */
async function lacksNamespace(connection: Connection, namespace: string): Promise<boolean> {
  const notFound = 5;
  return connection.workflowService.describeNamespace({ namespace }).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === notFound,
  );
}

/**
 * The worker's connection. Close it after the worker has ended.
 * @param logFile receives the SDK's warnings.
 */
export async function connectNative(target: TemporalTarget, logFile: string): Promise<NativeConnection> {
  logSdkTo(logFile);
  try {
    return await NativeConnection.connect(target.options);
  } catch (error) {
    throw unreachable(target, error);
  }
}

function apiKeyOf(environment: Environment): string | undefined {
  const variable = environment.temporal.apiKeyVariable;
  if (!variable) return undefined;
  const key = process.env[variable];
  if (!key)
    throw new UserError(
      'environment',
      `The variable ${variable} holds no API key for Temporal, and flowc.json names it for the environment \`${environment.name}\`: set it.`,
    );
  return key;
}

function unreachable(target: TemporalTarget, error: unknown): UserError {
  return new UserError(
    'environment',
    `Temporal at ${target.options.address} cannot be reached (${messageOf(error)}): start it, or set TEMPORAL_ADDRESS to a running server.`,
    { cause: error },
  );
}
