import type { Schemas } from "../api/client";

export type Timed = Pick<Schemas["RunSummary"], "status" | "started_at" | "ended_at" | "updated_at" | "last_heartbeat">;

/** The seconds since a run started: until its end, until now while it runs, else until it was last heard of. */
export function took({ status, started_at, ended_at, updated_at, last_heartbeat }: Timed, now: number): number | undefined {
  if (started_at == null) {
    return undefined;
  }
  const lastKnown = Math.max(Date.parse(updated_at), last_heartbeat == null ? 0 : Date.parse(last_heartbeat));
  const end = ended_at != null ? Date.parse(ended_at) : status === "running" ? now : lastKnown;
  return Math.max(0, (end - Date.parse(started_at)) / 1000);
}
