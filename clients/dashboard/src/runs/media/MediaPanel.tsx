import { keepPreviousData } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { queries } from "../../api/queries";
import { useSight } from "../../charts/useSight";
import { figure } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { HistogramHistory } from "./HistogramHistory";
import { MediaItems } from "./MediaItems";
import { indexOfStep } from "./steps";
import styles from "./media.module.css";

interface MediaPanelProps {
  readonly runId: string;
  readonly summary: Schemas["MediaSummary"];
}

/** The media of one name and kind, at a step that a slider chooses. Loads when it comes into sight. */
export function MediaPanel({ runId, summary: { name, kind, items, steps } }: MediaPanelProps) {
  const panel = useRef<HTMLElement>(null);
  const { inSight } = useSight(panel);
  const [seen, setSeen] = useState(false);
  if (inSight && !seen) {
    setSeen(true);
  }
  return (
    <section ref={panel} className={styles["panel"]} aria-label={`${name}, ${kind}`}>
      <header>
        <h2>{name}</h2>
        <span className="muted">
          {kind}, {figure(items)} at {figure(steps)} {steps === 1 ? "step" : "steps"}
        </span>
      </header>
      {seen && <AtStep runId={runId} name={name} kind={kind} />}
    </section>
  );
}

interface AtStepProps {
  readonly runId: string;
  readonly name: string;
  readonly kind: Schemas["MediaKind"];
}

function AtStep({ runId, name, kind }: AtStepProps) {
  const [wanted, setWanted] = useState<number>();
  const query = { params: { path: { runId }, query: { name, kind } } };
  const { data: list } = queries.useQuery("get", "/api/runs/{runId}/media/steps", query);
  const { data: shown, error } = queries.useQuery(
    "get",
    "/api/runs/{runId}/media/at",
    { params: { path: { runId }, query: { name, kind, ...(wanted === undefined ? {} : { step: wanted }) } } },
    { placeholderData: keepPreviousData },
  );
  const steps = list?.steps ?? [];
  const index = indexOfStep(steps, wanted);
  if (shown === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    <>
      <div className={styles["step"]}>
        {steps.length > 1 && (
          <input
            type="range"
            aria-label={`Step of ${name}`}
            aria-valuetext={`step ${steps[index] ?? shown.step}`}
            min={0}
            max={steps.length - 1}
            value={index}
            // At the end, the panel follows what is logged.
            onChange={({ currentTarget: { valueAsNumber: at } }) => setWanted(at >= steps.length - 1 ? undefined : steps[at])}
          />
        )}
        <span>step {figure(shown.step)}</span>
        {wanted === undefined && steps.length > 1 && <span className="muted">the last</span>}
      </div>
      <MediaItems runId={runId} name={name} kind={kind} items={shown.items} />
      {shown.truncated && <p className="muted">The step has more items than are shown.</p>}
      {kind === "histogram" && steps.length > 1 && (
        <HistogramHistory runId={runId} name={name} step={shown.step} onStep={(step) => setWanted(step)} />
      )}
    </>
  );
}
