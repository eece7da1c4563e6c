import { useDeferredValue, useState } from "react";
import type { Schemas } from "../../api/client";
import { Fault, Waiting } from "../../shell/Notice";
import { useSearchValue } from "../../shell/useSearchValue";
import { LongList } from "../../tables/LongList";
import { classOf, LogText } from "./LogLines";
import { type LogFilter, useLog } from "./useLog";
import styles from "./log.module.css";

const levels = ["debug", "info", "warning", "error"] as const;

/** A run's log, live. It follows the end unless the user scrolls up. */
export function LogView({ run: { run_id } }: { readonly run: Schemas["RunDetail"] }) {
  const [search, set] = useSearchValue();
  const filter = useDeferredValue(filterOf(search));
  const { data: tail, error } = useLog(run_id, filter);
  const [follows, setFollows] = useState(true);
  const lines = tail?.logs ?? [];
  return (
    <div className={styles["view"]}>
      <div className="actions">
        <input
          type="search"
          aria-label="Search the log"
          placeholder="/  text"
          defaultValue={search.get("contains") ?? ""}
          onChange={({ currentTarget }) => set("contains", currentTarget.value)}
        />
        <label>
          from{" "}
          <select
            value={search.get("level") ?? "debug"}
            onChange={({ currentTarget }) => set("level", currentTarget.value === "debug" ? "" : currentTarget.value)}
          >
            {levels.map((level) => (
              <option key={level}>{level}</option>
            ))}
          </select>
        </label>
        <button type="button" aria-pressed={follows} onClick={() => setFollows(!follows)}>
          follow
        </button>
        <span className="muted" role="status">
          {lines.length} lines
        </span>
      </div>
      {error !== null && <Fault error={error} />}
      {tail === undefined ? (
        <Waiting />
      ) : lines.length === 0 ? (
        <div className="notice muted">No matching lines.</div>
      ) : (
        <LongList name="Log" items={lines} keyOf={idOf} classOf={classOf} newest="last" follows={follows} onFollow={setFollows}>
          {(line) => <LogText line={line} />}
        </LongList>
      )}
    </div>
  );
}

const idOf = ({ id }: Schemas["LogView"]): number => id;

function filterOf(search: URLSearchParams): LogFilter {
  const contains = search.get("contains") ?? "";
  const level = levels.find((name) => name === search.get("level"));
  return { ...(level === undefined ? {} : { level }), ...(contains === "" ? {} : { contains }) };
}
