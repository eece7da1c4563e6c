import type { QueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { queriesBelow, queriesOf } from "../api/queries";
import { toasts } from "../shell/toasts";

const changed = (client: QueryClient): Promise<unknown> =>
  Promise.all([client.invalidateQueries(queriesBelow("/api/experiments")), client.invalidateQueries(queriesOf("/api/runs"))]);

export async function restoreExperiment(client: QueryClient, experimentId: string): Promise<void> {
  await api.POST("/api/experiments/{experimentId}/restore", { params: { path: { experimentId } } });
  await changed(client);
}

/** Deletes an experiment with its runs, and offers to undo it. */
export async function deleteExperiment(client: QueryClient, experimentId: string, name: string): Promise<void> {
  await api.DELETE("/api/experiments/{experimentId}", { params: { path: { experimentId }, query: { runs: true } } });
  await changed(client);
  toasts.show(`${name} and its runs are deleted.`, () => restoreExperiment(client, experimentId));
}
