import { useDeferredValue, useLayoutEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { Fault, Waiting } from "../../shell/Notice";
import { useSearchValue } from "../../shell/useSearchValue";
import { LogLines } from "./LogLines";
import { type LogFilter, useLog } from "./useLog";
import "./log.css";

const levels = ["debug", "info", "warning", "error"] as const;

/** A run's log, live. It follows the end unless the user scrolls up. */
export function LogView({ run: { run_id } }: { readonly run: Schemas["RunDetail"] }) {
  const [search, set] = useSearchValue();
  const filter = useDeferredValue(filterOf(search));
  const { data: tail, error } = useLog(run_id, filter);
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const lines = tail?.logs ?? [];
  const last = lines.at(-1)?.id;
  useLayoutEffect(() => {
    if (follows && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [follows, last]);
  return (
    <div className="log-view">
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
      {/* Scrollable parts must be reachable by keyboard. */}
      <div
        className="log-box"
        ref={box}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label="Log"
        onScroll={({ currentTarget }) => setFollows(isAtEnd(currentTarget))}
      >
        {tail === undefined ? (
          <Waiting />
        ) : lines.length === 0 ? (
          <div className="notice muted">No matching lines.</div>
        ) : (
          <LogLines lines={lines} />
        )}
      </div>
    </div>
  );
}

const near = 30;
const isAtEnd = (box: HTMLElement): boolean => box.scrollHeight - box.scrollTop - box.clientHeight < near;

function filterOf(search: URLSearchParams): LogFilter {
  const contains = search.get("contains") ?? "";
  const level = levels.find((name) => name === search.get("level"));
  return { ...(level === undefined ? {} : { level }), ...(contains === "" ? {} : { contains }) };
}
