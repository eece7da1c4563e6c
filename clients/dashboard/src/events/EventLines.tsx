import { Link } from "wouter";
import { LineTime } from "../format/Time";
import { RunName } from "../runs/RunName";
import type { Entry } from "./entries";

export const EventText = ({ entry }: { readonly entry: Entry }) => (
  <>
    <span className="muted">
      <LineTime at={entry.time} />
    </span>{" "}
    <Link href={`/runs/${encodeURIComponent(entry.runId)}`}>
      <RunName runId={entry.runId} />
    </Link>{" "}
    {entry.text}
  </>
);

export const EventLines = ({ entries }: { readonly entries: readonly Entry[] }) => (
  <ol className="log">
    {entries.map((entry) => (
      <li key={entry.id} className={entry.className}>
        <EventText entry={entry} />
      </li>
    ))}
  </ol>
);
