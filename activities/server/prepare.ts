import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** The development server creates this namespace; embedded servers use no other. */
export const NAMESPACE = 'default';

/** What Fovea's workflows are listed by in Temporal's web page and queries; all of type Keyword. */
export const SEARCH_ATTRIBUTES = ['FoveaPipeline', 'FoveaPlan', 'FoveaFov', 'FoveaRun'] as const;

/** How long closed workflows stay visible. The development server's own default is one day. */
export const RETENTION_DAYS = 365;

/** INDEXED_VALUE_TYPE_KEYWORD of temporal.api.enums.v1. */
const KEYWORD = 2;
const SETTLE_MS = 15_000;

/**
 * Sets what `start-dev` has no flag for, or ignores for a database that exists: retention, and search attributes that
 * the database lacks. Idempotent. Tried again for some seconds, since a server that has just come up may answer on its
 * frontend before its namespace is in every cache.
 *
 * @throws the server's last answer when it stays unwilling
 */
export async function prepareNamespace(connection: Connection): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    try {
      await setRetention(connection);
      await addSearchAttributes(connection);
      return;
    } catch (err) {
      if (Date.now() > deadline) throw err;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function setRetention(connection: Connection): Promise<void> {
  const wanted = RETENTION_DAYS * 86_400;
  const { config } = await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === wanted) return;
  await connection.workflowService.updateNamespace({
    namespace: NAMESPACE,
    config: { workflowExecutionRetentionTtl: msToTs(wanted * 1000) },
  });
}

async function addSearchAttributes(connection: Connection): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
  const missing = SEARCH_ATTRIBUTES.filter((name) => customAttributes[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  await connection.operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes });
}
