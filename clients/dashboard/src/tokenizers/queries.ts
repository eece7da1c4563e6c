import type { Schemas } from "../api/client";
import { byCursor, queries } from "../api/queries";

/** Polls while a tokenizer trains, because the WebSocket does not report tokenizers. */
const whileTraining = 1000;
const perPage = 100;

const trains = ({ status }: Schemas["TokenizerManifest"]): boolean => status === "queued" || status === "training";

export const useTokenizers = () =>
  queries.useInfiniteQuery(
    "get",
    "/api/tokenizers",
    { params: { query: { limit: perPage } } },
    {
      ...byCursor,
      refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(trains)) ? whileTraining : false),
    },
  );

export const useTokenizer = (tokenizerId: string) =>
  queries.useQuery(
    "get",
    "/api/tokenizers/{tokenizerId}",
    { params: { path: { tokenizerId } } },
    { refetchInterval: ({ state }) => (state.data !== undefined && trains(state.data) ? whileTraining : false) },
  );
