import { useState } from "react";
import { Panel } from "../shell/Panel";
import { useSearchValue } from "../shell/useSearchValue";
import type { Entry } from "./entries";
import { EventLines } from "./EventLines";
import { useEvents } from "./useEvents";

const most = 1000;
const types = [
  { value: "", title: "everything" },
  { value: "status_change", title: "changes of state" },
  { value: "metric_update", title: "values" },
  { value: "checkpoint_saved", title: "checkpoints" },
  { value: "log", title: "logs" },
  { value: "alert", title: "alerts" },
] as const;

/** Everything that happens, of all runs or of one, as it comes over the WebSocket. */
export function EventsPage() {
  const [search, set] = useSearchValue();
  const [paused, setPaused] = useState(false);
  const [type, run] = [search.get("type") ?? "", search.get("run") ?? ""];
  const takes = (entry: Entry): boolean => (type === "" || entry.type === type) && (run === "" || entry.runId.includes(run));
  const entries = useEvents({ topic: "*", takes, most, paused });
  // What was heard before the filter changed is held against it too.
  const shown = entries.filter(takes);
  return (
    <Panel title="Events" beside={`${shown.length}${shown.length === most ? ", older ones are gone" : ""}`}>
      <div className="actions">
        <input type="search" aria-label="Run" placeholder="/  part of a run's id" value={run} onChange={({ currentTarget }) => set("run", currentTarget.value)} />
        <select aria-label="Kind" value={type} onChange={({ currentTarget }) => set("type", currentTarget.value)}>
          {types.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          pause
        </button>
      </div>
      {shown.length === 0 ? (
        <div className="notice">
          Nothing has happened since you came. Make something happen:
          <pre className="info">{`curl ${location.origin}/api/events/ml -H 'Content-Type: application/json' -d '{"event":"ml.run.metric","trial_id":"first","measurements":{"loss":0.5}}'`}</pre>
        </div>
      ) : (
        <EventLines entries={shown} withRuns />
      )}
    </Panel>
  );
}
