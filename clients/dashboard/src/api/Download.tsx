import { type ReactNode, useState } from "react";
import { download } from "../charts/download";
import { asksWithKey, fetchFile } from "./client";

interface DownloadProps {
  readonly href: string;
  readonly name: string;
  readonly children: ReactNode;
}

/** A download link. When an API key is needed, the page fetches the file itself, because a link can't send the key. */
export function Download({ href, name, children }: DownloadProps) {
  const [error, setError] = useState("");
  const save = async (): Promise<void> => {
    setError("");
    try {
      download(name, await (await fetchFile(href)).blob());
    } catch (fault) {
      setError(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <>
      <a
        href={href}
        download={name}
        onClick={(event) => {
          if (!asksWithKey()) {
            return;
          }
          event.preventDefault();
          void save();
        }}
      >
        {children}
      </a>
      {error !== "" && (
        <span className="error" role="alert">
          {" "}
          ✗ {error}
        </span>
      )}
    </>
  );
}
