import { queries } from "../../api/queries";

/** The key of a query that reads a file of a run. */
export const fileKey = (runId: string, path: string) =>
  queries.queryOptions("get", "/api/artifacts/{kind}/{id}/{path}", { params: { path: { kind: "models", id: runId, path } } }).queryKey;
