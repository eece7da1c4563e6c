import { emptyRow, type ParameterType, type SpaceRow, types } from "./space";
import styles from "./sweeps.module.css";

interface SpaceEditorProps {
  readonly rows: readonly SpaceRow[];
  readonly problems: readonly (string | undefined)[];
  readonly grid: boolean;
  readonly onChange: (rows: readonly SpaceRow[]) => void;
}

const typeNames: Record<ParameterType, string> = { log_uniform: "log-uniform", uniform: "uniform", int: "int", choice: "choice" };

/** The parameters of a search space, one per row. */
export function SpaceEditor({ rows, problems, grid, onChange }: SpaceEditorProps) {
  const change = (index: number, to: Partial<SpaceRow>): void => onChange(rows.map((row, at) => (at === index ? { ...row, ...to } : row)));
  return (
    <>
      {rows.map((row, index) => (
        <div key={index} className={styles["parameter"]} role="group" aria-label={`Parameter ${index + 1}`}>
          <input
            aria-label="Parameter"
            placeholder="learning_rate"
            value={row.name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <select
            aria-label="Kind"
            value={row.type}
            onChange={({ currentTarget }) => change(index, { type: types.find((type) => type === currentTarget.value) ?? row.type })}
          >
            {types.map((type) => (
              <option key={type} value={type}>
                {typeNames[type]}
              </option>
            ))}
          </select>
          {row.type === "choice" ? (
            <input
              aria-label="Options"
              placeholder="cosine, linear"
              value={row.values}
              onChange={({ currentTarget }) => change(index, { values: currentTarget.value })}
            />
          ) : (
            <>
              <input
                aria-label="Min"
                inputMode="decimal"
                placeholder="min"
                size={8}
                value={row.min}
                onChange={({ currentTarget }) => change(index, { min: currentTarget.value })}
              />
              <input
                aria-label="Max"
                inputMode="decimal"
                placeholder="max"
                size={8}
                value={row.max}
                onChange={({ currentTarget }) => change(index, { max: currentTarget.value })}
              />
              {row.type === "int" ? (
                <input
                  aria-label="Step"
                  inputMode="numeric"
                  placeholder="step"
                  size={6}
                  value={row.step}
                  onChange={({ currentTarget }) => change(index, { step: currentTarget.value })}
                />
              ) : (
                grid && (
                  <input
                    aria-label="Points"
                    inputMode="numeric"
                    placeholder="points"
                    size={6}
                    value={row.points}
                    onChange={({ currentTarget }) => change(index, { points: currentTarget.value })}
                  />
                )
              )}
            </>
          )}
          <button type="button" aria-label={`Remove parameter ${index + 1}`} onClick={() => onChange(rows.filter((_, at) => at !== index))}>
            ✗
          </button>
          {problems[index] !== undefined && <span className="error">✗ {problems[index]}</span>}
        </div>
      ))}
      <button type="button" onClick={() => onChange([...rows, emptyRow])}>
        + parameter
      </button>
    </>
  );
}
