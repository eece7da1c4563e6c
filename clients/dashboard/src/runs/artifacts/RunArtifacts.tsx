import { useSearchParams } from "wouter";
import type { Schemas } from "../../api/client";
import { Download } from "../../api/Download";
import { queries } from "../../api/queries";
import { bytes, clock } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { ArtifactPreview } from "./ArtifactPreview";
import { artifactAddress, previewOf } from "./preview";
import "./artifacts.css";

/** The files of a run, with previews. */
export function RunArtifacts({ run: { run_id: id } }: { readonly run: Schemas["RunDetail"] }) {
  const [search, setSearch] = useSearchParams();
  const { data: list, error } = queries.useQuery("get", "/api/artifacts/{kind}/{id}", { params: { path: { kind: "models", id } } });
  if (list === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const here = new Set(list.files.map(({ path }) => path));
  const elsewhere = list.registered.filter(({ path }) => !here.has(path));
  const shown = list.files.find(({ path }) => path === search.get("file"));
  if (here.size + elsewhere.length === 0) {
    return (
      <div className="notice">
        No files yet. Upload one:
        <pre className="info">{`curl -T plot.png ${location.origin}${artifactAddress(id, "plots/plot.png")}`}</pre>
      </div>
    );
  }
  return (
    <div className="artifacts">
      <div className="artifact-list">
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
        <table>
          <thead>
            <tr>
              <th>File</th>
              <th className="number">Size</th>
              <th>Modified</th>
              <th>Where</th>
              <th>
                <span className="unseen">Download</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.files.map(({ path, size, modified, local, uploaded }) => (
              <tr key={path}>
                <td>
                  {previewOf(path) === undefined ? (
                    path
                  ) : (
                    <button
                      type="button"
                      className="plain"
                      aria-pressed={path === shown?.path}
                      onClick={() => setSearch(path === shown?.path ? {} : { file: path })}
                    >
                      {path}
                    </button>
                  )}
                </td>
                <td className="number">{bytes(size)}</td>
                <td className="muted">{clock(modified)}</td>
                <td className="muted">{[local ? "here" : "", uploaded ? "uploaded" : ""].filter(Boolean).join(", ")}</td>
                <td>
                  <Download href={artifactAddress(id, path)} name={path.split("/").at(-1) ?? path}>
                    ↓ <span className="unseen">{path}</span>
                  </Download>
                </td>
              </tr>
            ))}
            {elsewhere.map(({ path, kind, size, saved_at }) => (
              <tr key={path} className="muted">
                <td>{path}</td>
                <td className="number">{bytes(size)}</td>
                <td>{clock(saved_at)}</td>
                <td colSpan={2}>{kind ?? "recorded by the run"}, not here</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown !== undefined && <ArtifactPreview key={shown.path} runId={id} path={shown.path} size={shown.size} />}
    </div>
  );
}
