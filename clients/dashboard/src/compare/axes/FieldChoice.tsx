import { type Field, fieldOf, fieldText } from "./axis";

interface FieldChoiceProps {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly value: Field | undefined;
  readonly onChange: (field: Field) => void;
}

/** A choice among parameters and metrics. */
export const FieldChoice = ({ title, fields, value, onChange }: FieldChoiceProps) => (
  <label>
    {title}{" "}
    <select
      value={value === undefined ? "" : fieldText(value)}
      onChange={({ currentTarget }) => {
        const chosen = fieldOf(currentTarget.value);
        if (chosen !== undefined) {
          onChange(chosen);
        }
      }}
    >
      {value === undefined && <option value="">–</option>}
      {fields.map((field) => (
        <option key={fieldText(field)}>{fieldText(field)}</option>
      ))}
    </select>
  </label>
);
