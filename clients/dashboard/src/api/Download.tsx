import { type ReactNode, useState } from "react";
import { download } from "../charts/download";
import { asksWithKey, fetchFile } from "./client";

interface DownloadProps {
  readonly href: string;
  readonly name: string;
  readonly children: ReactNode;
}

/** A link to a file of the API. Where a key is needed the browser can't ask for the file by itself, so the page does. */
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
          if (!asksWithKey()) return;
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
