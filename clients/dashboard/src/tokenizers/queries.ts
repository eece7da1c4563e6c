import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

/** Polls while a tokenizer trains, because the WebSocket does not report tokenizers. */
const whileTraining = 1000;
const perPage = 100;

const trains = ({ status }: Schemas["TokenizerManifest"]): boolean => status === "queued" || status === "training";

export function useTokenizers() {
  return useInfiniteQuery({
    queryKey: ["tokenizers"],
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/tokenizers", { params: { query: { limit: perPage, ...(pageParam === "" ? {} : { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(trains)) ? whileTraining : false),
  });
}

export function useTokenizer(tokenizerId: string) {
  return useQuery({
    queryKey: ["tokenizer", tokenizerId],
    queryFn: () => data(api.GET("/api/tokenizers/{tokenizerId}", { params: { path: { tokenizerId } } })),
    refetchInterval: ({ state }) => (state.data !== undefined && trains(state.data) ? whileTraining : false),
  });
}
