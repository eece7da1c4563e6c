import type { QueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { toasts } from "../../shell/toasts";

export type Bulk = Schemas["NewBulk"];
type Verb = NonNullable<Schemas["RunVerb"]>;

/** A run or several, as a person speaks of them. */
export const runsInWords = (count: number): string => (count === 1 ? "1 run" : `${count} runs`);

/** What a bulk action could not do, in words; nothing when it did all. */
export function refusedOf({ results }: Schemas["BulkDone"]): string | undefined {
  const refused = results.filter(({ done }) => !done);
  const [first] = refused;
  if (first === undefined) return undefined;
  const others = refused.length > 1 ? ` And ${runsInWords(refused.length - 1)} more.` : "";
  return `${runsInWords(refused.length)} of ${results.length} left as they were: ${first.message ?? first.code ?? first.run_id}${others}`;
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

/** Does the same with each of several runs, says so, and offers the way back from deleting. */
export async function doWithRuns(client: QueryClient, runIds: readonly string[], bulk: Bulk & { readonly action: Verb }): Promise<void> {
  const answer = await data(api.POST("/api/runs/bulk", { body: { ...bulk, run_ids: [...runIds] } }));
  await Promise.all([client.invalidateQueries({ queryKey: ["runs"] }), client.invalidateQueries({ queryKey: ["run"] })]);
  const changed = answer.results.filter((result) => result.done).map(({ run_id }) => run_id);
  if (changed.length > 0) {
    toasts.say(`${runsInWords(changed.length)} ${done[bulk.action]}.`, bulk.action === "delete" ? () => doWithRuns(client, changed, { action: "restore" }) : undefined);
  }
  const refused = refusedOf(answer);
  if (refused !== undefined) toasts.say(`✗ ${refused}`);
}
