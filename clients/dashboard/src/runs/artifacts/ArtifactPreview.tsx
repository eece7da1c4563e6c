import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchFile } from "../../api/client";
import { bytes } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { Panel } from "../../shell/Panel";
import { artifactAddress, previewOf, readable } from "./preview";
import { fileKey } from "./queries";
import styles from "./artifacts.module.css";

interface ArtifactPreviewProps {
  readonly runId: string;
  readonly path: string;
  readonly size: number;
}

const maxText = 256 * 1024;
const maxImage = 20 * 1024 * 1024;

/** A preview of a file: an image, or the beginning of a text. */
export function ArtifactPreview({ runId, path, size }: ArtifactPreviewProps) {
  const preview = previewOf(path);
  const tooLarge = preview?.kind === "image" && size > maxImage;
  const { data: content, error } = useQuery({
    queryKey: [...fileKey(runId, path), size],
    queryFn: async () => (await fetchFile(artifactAddress(runId, path), preview?.kind === "text" ? maxText : undefined)).arrayBuffer(),
    enabled: !tooLarge && size > 0,
    gcTime: 0,
  });
  const beside = preview?.kind === "text" && size > maxText ? `the first ${bytes(maxText)} of ${bytes(size)}` : bytes(size);
  return (
    <Panel title={path} beside={beside}>
      {tooLarge && <div className="notice muted">Too large for a preview.</div>}
      {size === 0 && <div className="notice muted">The file is empty.</div>}
      {error !== null && <Fault error={error} />}
      {content === undefined ? (
        error === null && !tooLarge && size > 0 && <Waiting />
      ) : preview?.kind === "image" ? (
        <Picture content={content} type={preview.type} name={path} />
      ) : (
        <pre className="file">{readable(path, new TextDecoder().decode(content))}</pre>
      )}
    </Panel>
  );
}

function Picture({ content, type, name }: { readonly content: ArrayBuffer; readonly type: string; readonly name: string }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([content], { type }));
    if (image.current !== null) {
      image.current.src = address;
    }
    return () => URL.revokeObjectURL(address);
  }, [content, type]);
  return <img ref={image} className={styles["picture"]} alt={name} />;
}
