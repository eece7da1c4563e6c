import type { QueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { queriesBelow } from "../../api/queries";
import { toasts } from "../../shell/toasts";

export type Bulk = Schemas["NewBulk"];
type Verb = NonNullable<Schemas["RunVerb"]>;

/** The number of runs in words. */
export const runsInWords = (count: number): string => (count === 1 ? "1 run" : `${count} runs`);

/** A summary of the runs that a bulk action did not change; undefined if it changed all. */
export function refusedOf({ results }: Schemas["BulkDone"]): string | undefined {
  const refused = results.filter(({ done }) => !done);
  const [first] = refused;
  if (first === undefined) {
    return undefined;
  }
  const others = refused.length > 1 ? ` And ${runsInWords(refused.length - 1)} more.` : "";
  return `${runsInWords(refused.length)} of ${results.length} not changed: ${first.message ?? first.code ?? first.run_id}${others}`;
}

const done: Record<Verb, string> = {
  tag: "tagged",
  untag: "untagged",
  move: "moved",
  pin: "pinned",
  unpin: "unpinned",
  lock: "locked",
  unlock: "unlocked",
  delete: "deleted",
  restore: "restored",
  cancel: "cancelled",
};

/** Applies an action to several runs and reports the result, with undo for deletion. */
export async function doWithRuns(client: QueryClient, runIds: readonly string[], bulk: Bulk & { readonly action: Verb }): Promise<void> {
  const answer = await data(api.POST("/api/runs/bulk", { body: { ...bulk, run_ids: [...runIds] } }));
  await client.invalidateQueries(queriesBelow("/api/runs"));
  const changed = answer.results.filter((result) => result.done).map(({ run_id }) => run_id);
  if (changed.length > 0) {
    toasts.show(
      `${runsInWords(changed.length)} ${done[bulk.action]}.`,
      bulk.action === "delete" ? () => doWithRuns(client, changed, { action: "restore" }) : undefined,
    );
  }
  const refused = refusedOf(answer);
  if (refused !== undefined) {
    toasts.show(`✗ ${refused}`);
  }
}
