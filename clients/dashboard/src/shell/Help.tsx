import { useEffect, useRef } from "react";
import { Facts } from "./Facts";
import styles from "./Help.module.css";

const keys = [
  ["/", "search"],
  ["g r", "runs"],
  ["g e", "experiments"],
  ["g c", "compare"],
  ["g t", "tokenizers"],
  ["g n", "new run"],
  ["g a", "alerts"],
  ["g v", "events"],
  ["g y", "system"],
  ["g s", "settings"],
  ["↑ ↓", "move in a table"],
  ["Enter", "open the row"],
  ["Space", "select the row"],
  ["?", "this help"],
  ["Esc", "close this help"],
] as const;

export function Help({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Keys" className={styles["help"]}>
      <h2>Keys</h2>
      <Facts facts={keys} />
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
