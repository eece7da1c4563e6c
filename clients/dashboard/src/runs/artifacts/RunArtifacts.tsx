import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { Schemas } from "../../api/client";
import { Download } from "../../api/Download";
import { keyHeader } from "../../api/keyHeader";
import { queries } from "../../api/queries";
import { bytes } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { ArtifactPreview } from "./ArtifactPreview";
import { FileTable, type RunFile } from "./FileTable";
import { artifactAddress } from "./preview";
import styles from "./artifacts.module.css";

/** The files of a run, with previews. */
export function RunArtifacts({ run: { run_id: id } }: { readonly run: Schemas["RunDetail"] }) {
  const [search, setSearch] = useSearchParams();
  const { data: list, error } = queries.useQuery("get", "/api/artifacts/{kind}/{id}", { params: { path: { kind: "models", id } } });
  const files = useMemo(() => (list === undefined ? [] : filesOf(list)), [list]);
  const show = useCallback((path: string | undefined): void => setSearch(path === undefined ? {} : { file: path }), [setSearch]);
  if (list === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const shown = list.files.find(({ path }) => path === search.get("file"));
  if (files.length === 0) {
    return (
      <div className="notice">
        No files yet. Upload one:
        <pre className="info">{`curl ${keyHeader()}-T plot.png ${location.origin}${artifactAddress(id, "plots/plot.png")}`}</pre>
      </div>
    );
  }
  return (
    <div className={styles["artifacts"]}>
      <div className={styles["list"]}>
        <p className="notice">
          {list.files.length}
          {list.truncated && "+"} files, {bytes(list.files.reduce((sum, { size }) => sum + size, 0))} ·{" "}
          {["zip", "tar"].map((format) => (
            <span key={format}>
              <Download href={`/api/artifacts/models/${encodeURIComponent(id)}?archive=${format}`} name={`${id}.${format}`}>
                ↓ all as {format}
              </Download>{" "}
            </span>
          ))}
        </p>
        <FileTable runId={id} files={files} shown={shown?.path} onShow={show} />
      </div>
      {shown !== undefined && <ArtifactPreview key={shown.path} runId={id} path={shown.path} size={shown.size} />}
    </div>
  );
}

/** The stored files of a run, then those it has only recorded. */
function filesOf({ files, registered }: Schemas["ArtifactList"]): readonly RunFile[] {
  const stored = new Set(files.map(({ path }) => path));
  return [
    ...files.map(({ path, size, modified, local, uploaded }) => ({
      path,
      size,
      time: modified,
      where: [local ? "here" : "", uploaded ? "uploaded" : ""].filter(Boolean).join(", "),
      stored: true,
    })),
    ...registered
      .filter(({ path }) => !stored.has(path))
      .map(({ path, kind, size, saved_at }) => ({
        path,
        size,
        time: saved_at,
        where: `${kind ?? "recorded by the run"}, not here`,
        stored: false,
      })),
  ];
}
