import type { QueryFunction, QueryKey } from "@tanstack/react-query";
import { Problem } from "./problem";

interface Query<T, Key extends QueryKey> {
  readonly queryKey: Key;
  readonly queryFn: QueryFunction<T, Key>;
}

/** The query, with null as its data if the request answers 404. */
export const orNothing = <T, Key extends QueryKey>({ queryKey, queryFn }: Query<T, Key>): Query<T | null, Key> => ({
  queryKey,
  queryFn: async (context) => {
    try {
      return await queryFn(context);
    } catch (fault) {
      if (fault instanceof Problem && fault.status === 404) {
        return null;
      }
      throw fault;
    }
  },
});
