import { Link } from "wouter";
import { exampleCommand } from "../../events/exampleCommand";
import type { ListView } from "./listView";

/** Explains an empty list and suggests what to do. */
export function NoRuns({ view: { search, status, deleted } }: { readonly view: ListView }) {
  if (deleted) {
    return <div className="notice muted">No deleted runs. A deleted run can be restored here for a week.</div>;
  }
  if (search !== "" || status !== "") {
    return (
      <div className="notice">
        <span className="muted">No matching runs.</span> <Link href="/">Show all.</Link>
      </div>
    );
  }
  return (
    <div className="notice">
      No runs yet. <Link href="/new">Train a model</Link>, or post an event from any program:
      <pre className="info">{exampleCommand()}</pre>
    </div>
  );
}
