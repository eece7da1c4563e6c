import { useMemo } from "react";
import { axisOf, type Field, fieldText, valueOf } from "../axes/axis";
import { fieldsOf } from "../axes/fields";
import { usualMetrics } from "../../runs/metricNames";
import type { ComparedProps } from "../curves/CurvesView";
import { namesOf } from "../parameters";
import { useSearchValue } from "../../shell/useSearchValue";
import { AxisBrush } from "./AxisBrush";
import { type Brush, type Brushes, brushTexts, readBrushes, within } from "./brushes";
import { colourOn } from "./colours";
import { ParallelPlot } from "./ParallelPlot";
import styles from "../compare.module.css";

const maxAxes = 12;
const metricAxes = 2;

/** Parallel coordinates: parameters and metrics as vertical axes, one line per run. */
export function ParallelView({ runs, metrics, view }: ComparedProps) {
  const [search, set] = useSearchValue();
  const fields = useMemo(() => fieldsOf(runs, metrics), [runs, metrics]);
  const chosen = useMemo(
    () =>
      axesIn(search, fields) ??
      usualFields(
        runs.map(({ parameters }) => parameters),
        metrics,
      ),
    [search, fields, runs, metrics],
  );
  const brushes = readBrushes(search.getAll("brush"));
  const axes = useMemo(
    () =>
      chosen.map((field) =>
        axisOf(
          field,
          runs.map((run) => valueOf(run, field)),
        ),
      ),
    [chosen, runs],
  );
  const last = axes.at(-1);
  const lines = runs.map((run) => {
    const places = axes.map((axis) => axis.place(valueOf(run, axis.field)));
    const end = places.at(-1);
    return {
      run,
      places,
      kept: axes.every((axis, index) => within(places[index], brushes[fieldText(axis.field)])),
      colour: view.by === "" && end !== undefined ? colourOn(end) : run.colour,
    };
  });
  const brush = (field: Field, change: Brush): void =>
    set("brush", ...brushTexts({ ...brushes, [fieldText(field)]: change } satisfies Brushes));
  const kept = lines.filter((line) => line.kept);
  if (axes.length < 2) {
    return <div className="notice muted">These runs have too few differing parameters or common metrics to plot.</div>;
  }
  return (
    <>
      <p className="notice muted" role="status">
        {kept.length} of {runs.length} runs
        {kept.length <= 5 && kept.length > 0 && `: ${kept.map(({ run }) => run.name).join(", ")}`}
        {view.by === "" && last !== undefined && ` · coloured by ${fieldText(last.field)}`}
      </p>
      <ParallelPlot axes={axes} lines={lines} />
      <details open>
        <summary>Axes</summary>
        <div className={styles["brushes"]}>
          {axes.map((axis) => (
            <AxisBrush
              key={fieldText(axis.field)}
              axis={axis}
              brush={brushes[fieldText(axis.field)] ?? { from: 0, to: 1 }}
              onBrush={(change) => brush(axis.field, change)}
              onRemove={() => set("axis", ...chosen.filter((field) => field !== axis.field).map(fieldText))}
            />
          ))}
          <label>
            add an axis{" "}
            <select value="" onChange={({ currentTarget }) => set("axis", ...chosen.map(fieldText), currentTarget.value)}>
              <option value="" disabled>
                –
              </option>
              {fields
                .map(fieldText)
                .filter((text) => !chosen.some((field) => fieldText(field) === text))
                .map((text) => (
                  <option key={text}>{text}</option>
                ))}
            </select>
          </label>
        </div>
      </details>
    </>
  );
}

/** The valid axes of a URL. */
function axesIn(search: URLSearchParams, fields: readonly Field[]): readonly Field[] | undefined {
  const named = search.getAll("axis").flatMap((text) => fields.find((field) => fieldText(field) === text) ?? []);
  return named.length === 0 ? undefined : named.slice(0, 2 * maxAxes);
}

/** The differing parameters, then the losses. */
function usualFields(parameters: Parameters<typeof namesOf>[0], metrics: readonly string[]): readonly Field[] {
  const { differing } = namesOf(parameters);
  return [
    ...differing.slice(0, maxAxes - metricAxes).map((name) => ({ kind: "params" as const, name })),
    ...usualMetrics(metrics)
      .slice(-metricAxes)
      .map((name) => ({ kind: "metrics" as const, name })),
  ];
}
