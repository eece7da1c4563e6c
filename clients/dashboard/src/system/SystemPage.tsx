import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { api, data, type Schemas } from "../api/client";
import { bytes, figure } from "../format/numbers";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { useReadiness } from "./readiness";
import { SystemPanel } from "./SystemPanel";
import { TimeChart } from "./TimeChart";
import styles from "./system.module.css";

const every = 5000;
const spans = [
  { value: "1", title: "an hour" },
  { value: "6", title: "6 hours" },
  { value: "24", title: "a day" },
  { value: "168", title: "a week" },
] as const;

const percent = (value: number): string => `${figure(Math.round(value * 10) / 10)} %`;
const rate = (value: number): string => `${bytes(value)}/s`;

interface Chart {
  readonly title: string;
  readonly keys: readonly (readonly [key: string, name: string])[];
  readonly text: (value: number) => string;
  readonly top?: number;
}

const charts: readonly Chart[] = [
  {
    title: "CPU",
    keys: [
      ["cpu_percent", "machine"],
      ["process_cpu_percent", "trainyard"],
    ],
    text: percent,
    top: 100,
  },
  {
    title: "Memory",
    keys: [
      ["memory_used_bytes", "machine"],
      ["process_memory_bytes", "trainyard"],
    ],
    text: bytes,
  },
  {
    title: "Disk",
    keys: [
      ["disk_read_bytes_per_second", "read"],
      ["disk_written_bytes_per_second", "written"],
    ],
    text: rate,
  },
  { title: "Disk free", keys: [["disk_free_bytes", "free"]], text: bytes },
  {
    title: "Network",
    keys: [
      ["network_received_bytes_per_second", "received"],
      ["network_sent_bytes_per_second", "sent"],
    ],
    text: rate,
  },
];

/** The machines Trainyard runs on, now and over time. */
export function SystemPage() {
  const [search, setSearch] = useSearchParams();
  const hours = spans.find(({ value }) => value === search.get("hours"))?.value ?? "1";
  const { data: history, error } = useQuery({
    // The start of the history moves, so it is no part of the key.
    queryKey: ["get", "/api/system/history", { hours }],
    queryFn: () =>
      data(
        api.GET("/api/system/history", {
          params: { query: { from: new Date(Date.now() - Number(hours) * 3_600_000).toISOString(), max_points: 500 } },
        }),
      ),
    refetchInterval: every,
    placeholderData: keepPreviousData,
  });
  return (
    <div className={["columns", styles["page"]].join(" ")}>
      <div className="aside">
        <Panel title="Now">
          <SystemPanel />
        </Panel>
        <Panel title="Dependencies">
          <ReadinessList />
        </Panel>
      </div>
      <Panel
        title="History"
        beside={
          <select
            aria-label="Time range"
            value={hours}
            onChange={({ currentTarget }) =>
              setSearch(currentTarget.value === "1" ? {} : { hours: currentTarget.value }, { replace: true })
            }
          >
            {spans.map(({ value, title }) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        }
      >
        {error !== null && <Fault error={error} />}
        {history === undefined && error === null && <Waiting />}
        {history?.instances.map((instance) => (
          <InstanceCharts key={instance.instance_id} instance={instance} />
        ))}
      </Panel>
    </div>
  );
}

function InstanceCharts({ instance: { instance_id: id, host, times, values } }: { readonly instance: Schemas["InstanceHistory"] }) {
  const gpus = Object.keys(values).filter((key) => key.startsWith("gpu"));
  const all: readonly Chart[] = [
    ...charts,
    ...gpus.map((key) => ({ title: key, keys: [[key, ""]] as const, text: key.endsWith("bytes") ? bytes : figure })),
  ];
  return (
    <section aria-label={`Instance ${id}`}>
      <h3>
        {id} {host !== id && <span className="muted">on {host}</span>}
      </h3>
      <div className={styles["charts"]}>
        {all.map(({ title, keys, text, top }) => (
          <TimeChart
            key={title}
            title={title}
            times={times as readonly string[]}
            text={text}
            top={top}
            series={keys.flatMap(([key, name]) =>
              values[key] === undefined ? [] : [{ name, values: values[key].map((value) => (typeof value === "number" ? value : null)) }],
            )}
          />
        ))}
      </div>
    </section>
  );
}

function ReadinessList() {
  const { data: readiness, error } = useReadiness();
  if (readiness === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    <dl className="facts">
      {[{ name: "trainyard", status: readiness.status, description: "" }, ...readiness.dependencies].map(
        ({ name, status, description }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={status === "healthy" ? "good" : "error"}>
              {status === "healthy" ? "✓" : "✗"} {status} {status !== "healthy" && description}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
