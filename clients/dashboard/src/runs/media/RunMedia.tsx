import { useDeferredValue, useState } from "react";
import type { Schemas } from "../../api/client";
import { Fault, Waiting } from "../../shell/Notice";
import { useSearchValue } from "../../shell/useSearchValue";
import { MediaPanel } from "./MediaPanel";
import { useMediaList } from "./queries";
import styles from "./media.module.css";

const panelsAtFirst = 24;

/** Images, audio, texts, tables and histograms of a run, by name. */
export function RunMedia({ run: { run_id: runId } }: { readonly run: Schemas["RunDetail"] }) {
  const [search, set] = useSearchValue();
  const [limit, setLimit] = useState(panelsAtFirst);
  const wanted = useDeferredValue(search.get("media") ?? "").toLowerCase();
  const { data: list, error } = useMediaList(runId);
  if (list === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  if (list.media.length === 0) {
    return (
      <div className="notice">
        No media yet. Log some from the training script:
        <pre className="info">{`monitor.log_metrics({"examples": [trainyard.Image(array)]}, step=step)`}</pre>
      </div>
    );
  }
  const found = list.media.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <div className={styles["page"]}>
      <div className={styles["bar"]}>
        <input
          type="search"
          aria-label="Search media"
          placeholder="/  media"
          defaultValue={search.get("media") ?? ""}
          onChange={({ currentTarget }) => set("media", currentTarget.value)}
        />
        <span className="muted" role="status">
          {found.length}
          {list.truncated && "+"} {found.length === 1 ? "name" : "names"}
        </span>
      </div>
      {found.length === 0 && <div className="notice muted">No matching media.</div>}
      <div className={styles["panels"]}>
        {found.slice(0, limit).map((summary) => (
          <MediaPanel key={`${summary.kind} ${summary.name}`} runId={runId} summary={summary} />
        ))}
      </div>
      {found.length > limit && (
        <button type="button" onClick={() => setLimit(limit + 4 * panelsAtFirst)}>
          show more of {found.length - limit}
        </button>
      )}
    </div>
  );
}
