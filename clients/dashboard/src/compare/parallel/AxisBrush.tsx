import { type Axis, fieldText } from "../axes/axis";
import type { Brush } from "./brushes";

interface AxisBrushProps {
  readonly axis: Axis;
  readonly brush: Brush;
  readonly onBrush: (brush: Brush) => void;
  readonly onRemove: () => void;
}

/** The selected range of an axis, set by two sliders that also work by keyboard. */
export function AxisBrush({ axis, brush, onBrush, onRemove }: AxisBrushProps) {
  const name = fieldText(axis.field);
  const slider = (end: "from" | "to") => (
    <input
      type="range"
      min={0}
      max={1}
      step={0.01}
      value={brush[end]}
      aria-label={`${name} ${end}`}
      onChange={({ currentTarget: { valueAsNumber } }) =>
        onBrush(
          end === "from"
            ? { from: valueAsNumber, to: Math.max(valueAsNumber, brush.to) }
            : { from: Math.min(valueAsNumber, brush.from), to: valueAsNumber },
        )
      }
    />
  );
  return (
    <div role="group" aria-label={name}>
      <span>{name}</span> {slider("from")} {slider("to")}{" "}
      <button type="button" className="plain" aria-label={`Remove the axis ${name}`} onClick={onRemove}>
        ✗
      </button>
    </div>
  );
}
