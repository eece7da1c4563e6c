import type { LiveMessage } from "../live/messages";

/** An event as a line of the log. */
export interface Entry {
  readonly id: number;
  readonly time: string;
  readonly runId: string;
  readonly type: LiveMessage["type"];
  readonly text: string;
  readonly className: string;
}

let entries = 0;

/** Undefined for messages that are not events. */
export function entryOf(message: LiveMessage, now: string): Entry | undefined {
  const entry = (text: string, className: string, time = now): Entry | undefined =>
    message.type === "resync" ? undefined : { id: ++entries, time, runId: message.run_id, type: message.type, text, className };
  switch (message.type) {
    case "status_change":
      return entry(
        `${message.old_status} → ${message.new_status}${message.message ? `: ${message.message}` : ""}`,
        message.new_status === "failed" ? "error" : "good",
      );
    case "checkpoint_saved":
      return entry(`checkpoint ${message.step}${message.is_best ? " ★ best" : ""}`, "info");
    case "log":
      return entry(
        `${message.level === "info" ? "" : `${message.level}: `}${message.message}`,
        message.level === "error" ? "error" : message.level === "warning" ? "warning" : "muted",
        message.time,
      );
    case "alert":
      return entry(`⚠ ${message.message}`, "warning", message.fired_at);
    case "metric_update":
      return entry(
        `step ${message.step}: ${Object.entries(message.metrics)
          .map(([name, value]) => `${name} ${short(value)}`)
          .join(", ")}`,
        "muted",
      );
    default:
      return undefined;
  }
}

const short = (value: number | string): string => (typeof value === "number" ? String(Number(value.toPrecision(5))) : value);

/** Prepends newer lines and keeps at most `limit`. */
export const withNewer = (earlier: readonly Entry[], newer: readonly Entry[], limit: number): readonly Entry[] =>
  [...newer.slice(-limit).reverse(), ...earlier].slice(0, limit);
