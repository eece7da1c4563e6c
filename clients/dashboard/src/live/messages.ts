/** A metric value as JSON has it: NaN and infinities are strings. */
export type Value = number | "NaN" | "Infinity" | "-Infinity";

export interface AlertMessage {
  readonly type: "alert";
  readonly run_id: string;
  readonly firing_id: string;
  readonly name: string | null;
  readonly message: string;
  readonly fired_at: string;
}

export type LiveMessage =
  | { type: "metric_update"; run_id: string; step: number; metrics: Record<string, Value> }
  | { type: "status_change"; run_id: string; old_status: string; new_status: string; message?: string | null }
  | { type: "checkpoint_saved"; run_id: string; checkpoint_id: string; step: number; is_best: boolean }
  | { type: "media_logged"; run_id: string; step: number; names: readonly string[] }
  | { type: "log"; run_id: string; level: string; message: string; time: string }
  | AlertMessage
  | { type: "resync"; message: string };

const known = new Set(["metric_update", "status_change", "checkpoint_saved", "media_logged", "log", "alert", "resync"]);

/** Parses a frame; undefined for unknown message types. */
export function read(frame: string): LiveMessage | undefined {
  const message: unknown = JSON.parse(frame);
  const type = typeof message === "object" && message !== null ? (message as { type?: unknown }).type : undefined;
  return typeof type === "string" && known.has(type) ? (message as LiveMessage) : undefined;
}
