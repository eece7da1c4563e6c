import { type Column, columnOf, type ListView, textOf } from "./listView";
import styles from "./runList.module.css";

interface RunFiltersProps {
  readonly view: ListView;
  readonly onChange: (change: Partial<ListView>) => void;
}

const statuses = ["queued", "running", "completed", "failed", "cancelled", "interrupted", "unknown"] as const;

/** Filters for the runs and the columns shown. */
export function RunFilters({ view, onChange }: RunFiltersProps) {
  return (
    <div className={styles["filters"]}>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = new FormData(event.currentTarget).get("filter");
          onChange({ search: typeof typed === "string" ? typed.trim() : "" });
        }}
      >
        <input
          type="search"
          name="filter"
          key={view.search}
          defaultValue={view.search}
          aria-label="Filter"
          placeholder='/  part of a name, or metrics.val_loss < 2 and params.optimizer = "adamw"'
        />
      </form>
      <select aria-label="Status" value={view.status} onChange={({ currentTarget }) => onChange({ status: currentTarget.value })}>
        <option value="">any status</option>
        {statuses.map((status) => (
          <option key={status}>{status}</option>
        ))}
      </select>
      <button type="button" aria-pressed={view.deleted} onClick={() => onChange({ deleted: !view.deleted })}>
        deleted
      </button>
      <AddColumn columns={view.columns} onAdd={(column) => onChange({ columns: [...view.columns, column] })} />
    </div>
  );
}

function AddColumn({ columns, onAdd }: { readonly columns: readonly Column[]; readonly onAdd: (column: Column) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const input = event.currentTarget.elements.namedItem("column");
        if (!(input instanceof HTMLInputElement)) {
          return;
        }
        const column = columnOf(input.value);
        const known = columns.some((shown) => column !== undefined && textOf(shown) === textOf(column));
        input.setCustomValidity(column === undefined ? "Enter metrics.NAME or params.NAME." : known ? "Already shown." : "");
        if (!input.reportValidity() || column === undefined) {
          return;
        }
        event.currentTarget.reset();
        onAdd(column);
      }}
    >
      <input
        name="column"
        required
        aria-label="Add a column"
        placeholder="+ params.optimizer"
        size={18}
        onInput={({ currentTarget }) => currentTarget.setCustomValidity("")}
      />
    </form>
  );
}
