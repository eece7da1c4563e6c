import styles from "./DataTable.module.css";

/** Takes the place of rows that are not in the document. */
export const Gap = ({ height, columns }: { readonly height: number; readonly columns: number }) => (
  <tr aria-hidden="true" className={styles["gap"]}>
    <td colSpan={columns} style={{ height }} />
  </tr>
);
