import { useState } from "react";
import { Link } from "wouter";
import { clock } from "../format/numbers";
import { useLive } from "../live/hooks";
import type { LiveMessage } from "../live/messages";

const MOST = 200;

interface Entry {
  readonly id: number;
  readonly time: string;
  readonly runId: string;
  readonly text: string;
  readonly className: string;
}

let entries = 0;

function entryOf(message: LiveMessage): Entry | undefined {
  const entry = (runId: string, text: string, className = "muted", time = new Date().toISOString()): Entry => ({ id: ++entries, time, runId, text, className });
  switch (message.type) {
    case "status_change":
      return entry(message.run_id, `${message.old_status} → ${message.new_status}${message.message ? `: ${message.message}` : ""}`, message.new_status === "failed" ? "error" : "good");
    case "checkpoint_saved":
      return entry(message.run_id, `checkpoint ${message.step}${message.is_best ? " ★ best" : ""}`, "info");
    case "log":
      return entry(message.run_id, message.message, message.level === "error" ? "error" : message.level === "warning" ? "warning" : "muted", message.time);
    case "alert":
      return entry(message.run_id, `⚠ ${message.message}`, "warning", message.fired_at);
    default:
      return undefined;
  }
}

/** What happens, as it happens, the newest first: of one run, or of all. */
export function EventLog({ topic }: { readonly topic: string }) {
  const [log, setLog] = useState<readonly Entry[]>([]);
  useLive(topic, (message) => {
    const entry = entryOf(message);
    if (entry !== undefined) setLog((earlier) => [entry, ...earlier.slice(0, MOST - 1)]);
  });
  if (log.length === 0) return <div className="notice muted">Nothing has happened since you came.</div>;
  return (
    <ol className="log">
      {log.map((entry) => (
        <li key={entry.id} className={entry.className}>
          <span className="muted">{clock(entry.time)}</span> {topic === "*" && <Link href={`/runs/${entry.runId}`}>{entry.runId}</Link>} {entry.text}
        </li>
      ))}
    </ol>
  );
}
