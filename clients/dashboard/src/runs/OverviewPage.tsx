import { useSearchParams } from "wouter";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { SystemPanel } from "../system/SystemPanel";
import { EventLog } from "./EventLog";
import { useRuns } from "./queries";
import { RunTable } from "./RunTable";
import "./overview.css";

/** What runs, what ran, what happens. The filter is part of the address. */
export function OverviewPage() {
  const [search, setSearch] = useSearchParams();
  const filter = search.get("filter") ?? "";
  const { data: page, error } = useRuns(filter);
  return (
    <div className="overview">
      <Panel title="Runs" beside={page === undefined ? "" : `${page.items.length}${page.next_cursor ? "+" : ""}`}>
        <form
          role="search"
          className="filter"
          onSubmit={(event) => {
            event.preventDefault();
            const typed = new FormData(event.currentTarget).get("filter");
            setSearch(typeof typed === "string" && typed !== "" ? { filter: typed } : {});
          }}
        >
          <input type="search" name="filter" key={filter} defaultValue={filter} aria-label="Filter" placeholder='/  metrics.val_loss < 2 and params.optimizer = "adamw"' />
        </form>
        {error !== null && <Fault error={error} />}
        {page === undefined ? error === null && <Waiting /> : page.items.length > 0 ? <RunTable runs={page.items} /> : <NoRuns filter={filter} />}
      </Panel>
      <div className="aside">
        <Panel title="System">
          <SystemPanel />
        </Panel>
        <Panel title="Events">
          <EventLog topic="*" />
        </Panel>
      </div>
    </div>
  );
}

function NoRuns({ filter }: { readonly filter: string }) {
  if (filter !== "") return <div className="notice muted">No run is like that.</div>;
  return (
    <div className="notice">
      No runs yet. Post an event from any program:
      <pre className="info">{`curl ${location.origin}/api/events/ml --json '{"event":"ml.run.metric","trial_id":"first","measurements":{"loss":0.5}}'`}</pre>
      or train a model: <a href="/docs">every endpoint, to try</a>.
    </div>
  );
}
