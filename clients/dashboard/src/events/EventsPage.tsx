import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { runNameKey } from "../runs/runNames";
import { Panel } from "../shell/Panel";
import { useSearchValue } from "../shell/useSearchValue";
import type { Entry } from "./entries";
import { LongList } from "../tables/LongList";
import { EventText } from "./EventLines";
import { exampleCommand } from "./exampleCommand";
import { useEvents } from "./useEvents";

const limit = 1000;
const types = [
  { value: "", title: "everything" },
  { value: "status_change", title: "status changes" },
  { value: "metric_update", title: "values" },
  { value: "checkpoint_saved", title: "checkpoints" },
  { value: "log", title: "logs" },
  { value: "alert", title: "alerts" },
] as const;

const idOf = ({ id }: Entry): number => id;
const classOf = ({ className }: Entry): string => className;

/** Live events from the WebSocket, of all runs or of one. */
export function EventsPage() {
  const client = useQueryClient();
  const [search, set] = useSearchValue();
  const [paused, setPaused] = useState(false);
  const [follows, setFollows] = useState(true);
  const [type, run] = [search.get("type") ?? "", search.get("run") ?? ""];
  // Keep what may match: the name of a run is read when its first line is shown. Filter again once it is known.
  useIsFetching({ queryKey: runNameKey() });
  const nameOf = (runId: string): string => client.getQueryData<string>(runNameKey(runId)) ?? run;
  const takes = (entry: Entry): boolean =>
    (type === "" || entry.type === type) && (run === "" || entry.runId.includes(run) || nameOf(entry.runId).includes(run));
  const entries = useEvents({ topic: "*", takes, limit, paused });
  // Filter again: some entries arrived under an earlier filter.
  const shown = entries.filter(takes);
  return (
    <Panel title="Events" beside={`${shown.length}${shown.length === limit ? ", older ones are not shown" : ""}`}>
      <div className="actions">
        <input
          type="search"
          aria-label="Run"
          placeholder="/  part of a run's name or id"
          value={run}
          onChange={({ currentTarget }) => set("run", currentTarget.value)}
        />
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
          No events since you opened this page. Post one:
          <pre className="info">{exampleCommand()}</pre>
        </div>
      ) : (
        <LongList name="Newest events" items={shown} keyOf={idOf} classOf={classOf} newest="first" follows={follows} onFollow={setFollows}>
          {(entry) => <EventText entry={entry} />}
        </LongList>
      )}
    </Panel>
  );
}
