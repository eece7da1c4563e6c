import { useMemo } from "react";
import { Download } from "../../api/Download";
import { bytes } from "../../format/numbers";
import { Time } from "../../format/Time";
import type { Column } from "../../tables/columns";
import { DataTable } from "../../tables/DataTable";
import { artifactAddress, previewOf } from "./preview";

/** A file of a run. */
export interface RunFile {
  readonly path: string;
  readonly size: number | null | undefined;
  readonly time: string;
  readonly where: string;
  /** Whether Trainyard has the file; otherwise it only knows of it. */
  readonly stored: boolean;
}

interface FileTableProps {
  readonly runId: string;
  readonly files: readonly RunFile[];
  /** The path of the file that is shown. */
  readonly shown: string | undefined;
  readonly onShow: (path: string | undefined) => void;
}

export function FileTable({ runId, files, shown, onShow }: FileTableProps) {
  const columns = useMemo(() => columnsOf(runId, shown, onShow), [runId, shown, onShow]);
  return <DataTable name="Files" columns={columns} data={files} keyOf={keyOf} rowClass={classOf} />;
}

const keyOf = ({ path }: RunFile): string => path;
const classOf = ({ stored }: RunFile): string | undefined => (stored ? undefined : "muted");

const columnsOf = (runId: string, shown: string | undefined, onShow: FileTableProps["onShow"]): readonly Column<RunFile>[] => [
  {
    header: "File",
    cell: ({
      row: {
        original: { path, stored },
      },
    }) =>
      !stored || previewOf(path) === undefined ? (
        path
      ) : (
        <button type="button" className="plain" aria-pressed={path === shown} onClick={() => onShow(path === shown ? undefined : path)}>
          {path}
        </button>
      ),
  },
  { header: "Size", meta: { number: true }, cell: ({ row }) => bytes(row.original.size) },
  { header: "Modified", meta: { muted: true }, cell: ({ row }) => <Time at={row.original.time} /> },
  { header: "Where", meta: { muted: true }, cell: ({ row }) => row.original.where },
  {
    id: "download",
    header: () => <span className="unseen">Download</span>,
    cell: ({
      row: {
        original: { path, stored },
      },
    }) =>
      stored && (
        <Download href={artifactAddress(runId, path)} name={path.split("/").at(-1) ?? path}>
          ↓ <span className="unseen">{path}</span>
        </Download>
      ),
  },
];
