import { Link } from "wouter";
import type { ListView } from "./listView";

/** Why the list is empty, and what to do about it. */
export function NoRuns({ view: { search, status, deleted } }: { readonly view: ListView }) {
  if (deleted) return <div className="notice muted">No run is deleted. Deleted runs can be restored from here for a week.</div>;
  if (search !== "" || status !== "") {
    return (
      <div className="notice">
        <span className="muted">No run is like that.</span> <Link href="/">Show all.</Link>
      </div>
    );
  }
  return (
    <div className="notice">
      No runs yet. <Link href="/new">Train a model</Link>, or post an event from any program:
      <pre className="info">{`curl ${location.origin}/api/events/ml -H 'Content-Type: application/json' -d '{"event":"ml.run.metric","trial_id":"first","measurements":{"loss":0.5}}'`}</pre>
    </div>
  );
}
