import type { Entry } from "./entries";
import { EventLines } from "./EventLines";
import { useEvents } from "./useEvents";

const limit = 200;
// Metric updates come by the thousand; charts and the events page show them.
const notValues = ({ type }: Entry): boolean => type !== "metric_update";

/** The latest events of all runs, in a small panel. */
export function EventLog() {
  const entries = useEvents({ topic: "*", takes: notValues, limit });
  return entries.length === 0 ? (
    <div className="notice muted">No events since you opened this page.</div>
  ) : (
    <EventLines entries={entries} />
  );
}
