import { Link } from "wouter";
import { runsInWords } from "../runs/organising/acts";
import type { Entry } from "./entries";
import { EventLines } from "./EventLines";
import { useEvents } from "./useEvents";
import { useLogging } from "./useLogging";

const limit = 200;
// Metric updates come by the thousand; charts and the events page show them.
const notValues = ({ type }: Entry): boolean => type !== "metric_update";

/** The latest events of all runs, in a small panel. */
export function EventLog() {
  const entries = useEvents({ topic: "*", takes: notValues, limit });
  const logging = useLogging();
  return (
    <>
      {logging > 0 && (
        <div className="notice muted">
          {runsInWords(logging)} logging <Link href="/events?type=metric_update">values</Link> now.
        </div>
      )}
      {entries.length > 0 && <EventLines entries={entries} />}
      {entries.length === 0 && logging === 0 && <div className="notice muted">No events since you opened this page.</div>}
    </>
  );
}
