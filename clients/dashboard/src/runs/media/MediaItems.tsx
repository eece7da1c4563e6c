import { useState } from "react";
import { HistogramItem } from "./HistogramItem";
import { Picture, Player } from "./files";
import { TableItem } from "./TableItem";
import { TextItem } from "./TextItem";
import type { MediaItem, MediaKind } from "./queries";
import styles from "./media.module.css";

interface MediaItemsProps {
  readonly runId: string;
  readonly name: string;
  readonly kind: MediaKind;
  readonly items: readonly MediaItem[];
}

const atFirst = 12;

/** The items of a step: as many as fit first, the others on request. */
export function MediaItems({ runId, name, kind, items }: MediaItemsProps) {
  const [limit, setLimit] = useState(atFirst);
  return (
    <>
      <div className={kind === "image" ? styles["pictures"] : styles["items"]}>
        {items.slice(0, limit).map((item) => (
          <figure key={item.index}>
            <Content runId={runId} name={items.length === 1 ? name : `${name} ${item.index}`} kind={kind} item={item} />
            {item.caption != null && <figcaption>{item.caption}</figcaption>}
          </figure>
        ))}
      </div>
      {items.length > limit && (
        <button type="button" onClick={() => setLimit(items.length)}>
          show {items.length - limit} more
        </button>
      )}
    </>
  );
}

interface ContentProps {
  readonly runId: string;
  readonly name: string;
  readonly kind: MediaKind;
  readonly item: MediaItem;
}

function Content({ kind, item, ...shared }: ContentProps) {
  switch (kind) {
    case "image":
      return <Picture {...shared} item={item} />;
    case "audio":
      return <Player {...shared} item={item} />;
    case "table":
      return <TableItem {...shared} itemId={item.id} />;
    case "histogram":
      return <HistogramItem {...shared} itemId={item.id} />;
    default:
      return <TextItem {...shared} itemId={item.id} />;
  }
}
