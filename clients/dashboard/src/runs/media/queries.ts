import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { fetchFile, type Schemas } from "../../api/client";
import { queries, queriesBelow } from "../../api/queries";
import { useFreshness } from "../queries";

export type MediaKind = Schemas["MediaKind"];
export type MediaItem = Schemas["MediaView"];

const keptFor = 60_000;

/** The media of a run, by name and kind; read again when some are logged. */
export function useMediaList(runId: string) {
  useFreshness(queriesBelow("/api/runs/{runId}/media", { runId }), runId, ["media_logged"]);
  return queries.useQuery("get", "/api/runs/{runId}/media", { params: { path: { runId } } });
}

export const mediaAddress = (runId: string, itemId: number): string => `/api/runs/${encodeURIComponent(runId)}/media/items/${itemId}`;

/** The content of an item, which never changes. */
export function useMediaContent<T>(runId: string, itemId: number, read: (file: Response) => Promise<T>): UseQueryResult<T> {
  return useQuery({
    queryKey: ["media content", runId, itemId],
    queryFn: async () => read(await fetchFile(mediaAddress(runId, itemId))),
    staleTime: Infinity,
    gcTime: keptFor,
    retry: false,
  });
}
