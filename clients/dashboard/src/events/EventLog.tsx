import type { Entry } from "./entries";
import { EventLines } from "./EventLines";
import { useEvents } from "./useEvents";

const most = 200;
// Values come by the thousand; who wants to see them looks at a chart, or at the page of all events.
const notValues = ({ type }: Entry): boolean => type !== "metric_update";

/** What happens to all runs, in a small field. */
export function EventLog() {
  const entries = useEvents({ topic: "*", takes: notValues, most });
  return entries.length === 0 ? <div className="notice muted">Nothing has happened since you came.</div> : <EventLines entries={entries} withRuns />;
}
