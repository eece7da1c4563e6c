import { Link } from "wouter";
import { clock } from "../format/numbers";
import type { Entry } from "./entries";

export const EventLines = ({ entries, withRuns }: { readonly entries: readonly Entry[]; readonly withRuns: boolean }) => (
  <ol className="log">
    {entries.map((entry) => (
      <li key={entry.id} className={entry.className}>
        <span className="muted">{clock(entry.time)}</span>{" "}
        {withRuns && <Link href={`/runs/${encodeURIComponent(entry.runId)}`}>{entry.runId}</Link>} {entry.text}
      </li>
    ))}
  </ol>
);
