import { useSyncExternalStore } from "react";
import { Fault } from "./Notice";
import { type Toast, toasts } from "./toasts";
import { useAttempt } from "./useAttempt";
import styles from "./ToastList.module.css";

export function ToastList() {
  const shown = useSyncExternalStore(toasts.watch, toasts.shown);
  return (
    <div className={styles["toasts"]} data-toasts="" role="status">
      {shown.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function OneToast({ toast: { id, text, undo } }: { readonly toast: Toast }) {
  const { busy, error, attempt } = useAttempt();
  return (
    <div className={styles["toast"]}>
      {text}{" "}
      {undo !== undefined && (
        <button type="button" disabled={busy} onClick={() => attempt(() => undo().then(() => toasts.close(id)))}>
          undo
        </button>
      )}{" "}
      <button type="button" aria-label="Close" onClick={() => toasts.close(id)}>
        ✗
      </button>
      {error !== null && <Fault error={error} />}
    </div>
  );
}
