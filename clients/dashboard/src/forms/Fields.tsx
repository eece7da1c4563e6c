import { useId } from "react";
import { type Field, on, type Values } from "./fields";
import styles from "./forms.module.css";

interface FieldsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (values: Values) => void;
}

/** Form fields with their problems. Rare fields are collapsed unless one of them has a problem. */
export function Fields({ fields, values, problems, onChange }: FieldsProps) {
  const renderField = (field: Field) => (
    <OneField
      key={field.name}
      field={field}
      value={values[field.name] ?? ""}
      problem={problems[field.name]}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
    />
  );
  const rare = fields.filter((field) => field.rare === true);
  const changed = rare.filter(({ name }) => (values[name] ?? "") !== "").length;
  return (
    <div className={styles["fields"]}>
      {fields.filter((field) => field.rare !== true).map(renderField)}
      {rare.length > 0 && (
        <details open={rare.some(({ name }) => problems[name] !== undefined) || undefined}>
          <summary>more{changed > 0 && `, ${changed} set`}</summary>
          <div className={styles["fields"]}>{rare.map(renderField)}</div>
        </details>
      )}
    </div>
  );
}

interface OneFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

function OneField({ field, value, problem, onChange }: OneFieldProps) {
  const id = useId();
  const notes = problem ?? field.hint;
  const shared = {
    id,
    name: field.name,
    value,
    "aria-invalid": problem !== undefined,
    "aria-describedby": notes === undefined ? undefined : `${id}-notes`,
  } as const;
  return (
    <div className={field.kind === "flag" ? [styles["field"], styles["flag"]].join(" ") : styles["field"]}>
      <label htmlFor={id}>{field.title}</label>
      {field.kind === "choice" ? (
        <select
          {...shared}
          value={value === "" ? (field.otherwise ?? "") : value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      ) : field.kind === "flag" ? (
        <input
          {...shared}
          type="checkbox"
          checked={value === on}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? on : "")}
        />
      ) : field.kind === "lines" ? (
        <textarea {...shared} rows={2} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      ) : (
        <>
          <input
            {...shared}
            // Not type=number: such an input hides invalid text from the page.
            inputMode={field.kind === "text" ? undefined : "decimal"}
            list={field.kind === "text" && field.suggestions !== undefined ? `${id}-list` : undefined}
            placeholder={field.placeholder}
            required={field.required}
            autoComplete="off"
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
          />
          {field.kind === "text" && field.suggestions !== undefined && (
            <datalist id={`${id}-list`}>
              {field.suggestions.map((suggestion) => (
                <option key={suggestion} value={suggestion} />
              ))}
            </datalist>
          )}
        </>
      )}
      {notes !== undefined && (
        <span id={`${id}-notes`} className={problem === undefined ? "muted" : "error"}>
          {problem === undefined ? notes : `✗ ${problem}`}
        </span>
      )}
    </div>
  );
}
