import { type ReactNode, useCallback, useLayoutEffect, useRef } from "react";
import styles from "./LongList.module.css";
import { useVisibleRows } from "./useVisibleRows";

interface LongListProps<T> {
  readonly name: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  readonly classOf: (item: T) => string | undefined;
  /** Where new items come. */
  readonly newest: "first" | "last";
  /** Whether new items are scrolled to. */
  readonly follows: boolean;
  readonly onFollow: (follows: boolean) => void;
  readonly children: (item: T) => ReactNode;
}

const lineHeight = 19;
const near = 30;

/** A list of lines that scrolls; of a long one only the lines in sight are in the document. Lines may wrap. */
export function LongList<T>({ name, items, keyOf, classOf, newest, follows, onFollow, children }: LongListProps<T>) {
  const region = useRef<HTMLDivElement>(null);
  const scrolled = useRef(0);
  const keyAt = useCallback(
    (index: number) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    [items, keyOf],
  );
  const anchor = follows && newest === "first" ? "start" : "end";
  const { long, rows, after, virtualizer } = useVisibleRows({ count: items.length, keyAt, region, height: lineHeight, anchor });
  useLayoutEffect(() => {
    if (!follows || region.current === null) {
      return;
    }
    if (newest === "first") {
      region.current.scrollTop = 0;
    } else if (long) {
      virtualizer.scrollToEnd();
    } else {
      region.current.scrollTop = region.current.scrollHeight;
    }
  }, [follows, newest, items, long, virtualizer]);
  const onScroll = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void => {
    const [toEnd, away] =
      newest === "first"
        ? [scrollTop, scrollTop > scrolled.current]
        : // Lines that are higher than estimated move the end away without anybody scrolling.
          [scrollHeight - scrollTop - clientHeight, scrollTop < scrolled.current];
    scrolled.current = scrollTop;
    if (toEnd < near) {
      onFollow(true);
    } else if (away) {
      onFollow(false);
    }
  };
  return (
    <div
      ref={region}
      className={styles["region"]}
      // Scrollable parts must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={name}
      onScroll={({ currentTarget }) => onScroll(currentTarget)}
    >
      <ol className={styles["lines"]} style={{ paddingTop: rows[0]?.before ?? 0, paddingBottom: after }}>
        {rows.map(({ index }) => {
          const item = items[index];
          return item === undefined ? null : (
            <li
              key={keyAt(index)}
              ref={long ? virtualizer.measureElement : undefined}
              data-index={index}
              aria-setsize={long ? items.length : undefined}
              aria-posinset={long ? index + 1 : undefined}
              className={classOf(item)}
            >
              {children(item)}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
