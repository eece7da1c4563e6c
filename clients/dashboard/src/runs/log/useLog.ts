import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, data, type Schemas } from "../../api/client";
import { queries } from "../../api/queries";
import { useLive } from "../../live/hooks";

export interface LogFilter {
  /** The minimum level. */
  readonly level?: string;
  readonly contains?: string;
}

type Tail = Schemas["LogTail"];

const linesAtFirst = 1000;
const maxLines = 5000;
const betweenReads = 250;

/** The last lines of a run's log and new ones, oldest first. */
export function useLog(runId: string, filter: LogFilter) {
  const client = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const init = (query: { readonly limit: number; readonly after?: number }) => ({
    params: { path: { runId }, query: { ...filter, ...query } },
  });
  const options = queries.queryOptions("get", "/api/runs/{runId}/logs", init({ limit: linesAtFirst }), { staleTime: Infinity });
  const { queryKey } = options;
  const answer = useQuery(options);
  const readOn = async (): Promise<void> => {
    const known = client.getQueryData<Tail>(queryKey);
    if (known === undefined) {
      return;
    }
    const { logs, next } = await data(api.GET("/api/runs/{runId}/logs", init({ after: known.next, limit: maxLines })));
    if (logs.length > 0) {
      client.setQueryData<Tail>(queryKey, (tail) => continued(tail ?? known, logs, next));
    }
  };
  useLive(runId, (message) => {
    if (message.type !== "log" && message.type !== "resync") {
      return;
    }
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      // The next line or a reconnect triggers another read.
      readOn().catch((fault: unknown) => console.warn("The log could not be read on.", fault));
    }, betweenReads);
  });
  useEffect(() => () => clearTimeout(waiting.current), []);
  return answer;
}

/** Appends new lines without duplicates, and drops the oldest beyond the limit. */
export function continued(tail: Tail, lines: readonly Schemas["LogView"][], next: number): Tail {
  const newer = lines.filter(({ id }) => id > tail.next);
  return newer.length === 0 ? tail : { logs: [...tail.logs, ...newer].slice(-maxLines), next: Math.max(next, tail.next) };
}
