import type { Schemas } from "../api/client";
import { Fault, Waiting } from "../shell/Notice";
import { useFolders } from "./queries";
import styles from "./experiments.module.css";

interface FolderTreeProps {
  readonly chosen: string;
  readonly onChoose: (path: string) => void;
}

/** The tree of folders. A folder exists as long as an experiment is in it. */
export function FolderTree({ chosen, onChoose }: FolderTreeProps) {
  const { data: top, error } = useFolders();
  if (top === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    <ul className={styles["folders"]}>
      <FolderItem folder={top} chosen={chosen} onChoose={onChoose} />
    </ul>
  );
}

function FolderItem({ folder: { path, name, total, folders }, ...shared }: FolderTreeProps & { readonly folder: Schemas["FolderView"] }) {
  return (
    <li>
      <button
        type="button"
        className="plain"
        aria-current={path === shared.chosen ? "true" : undefined}
        onClick={() => shared.onChoose(path)}
      >
        {path === "" ? "all" : `${name}/`}
      </button>{" "}
      <span className="muted">{total}</span>
      {folders.length > 0 && (
        <ul>
          {folders.map((folder) => (
            <FolderItem key={folder.path} folder={folder} {...shared} />
          ))}
        </ul>
      )}
    </li>
  );
}
