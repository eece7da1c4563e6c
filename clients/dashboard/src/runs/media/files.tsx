import { useCallback } from "react";
import { Fault, Waiting } from "../../shell/Notice";
import { type MediaItem, useMediaContent } from "./queries";
import styles from "./media.module.css";

interface FileProps {
  readonly runId: string;
  readonly name: string;
  readonly item: MediaItem;
}

const smallSide = 64;

/** An image. Small ones are enlarged without smoothing, so that single pixels can be seen. */
export function Picture({ runId, name, item: { id, width, height, caption } }: FileProps) {
  const { data: file, error } = useMediaContent(runId, id, (response) => response.blob());
  const source = useSource(file);
  if (file === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const small = width != null && height != null && Math.max(width, height) <= smallSide;
  const size = width == null || height == null ? "" : `, ${width} × ${height} pixels`;
  return <img ref={source} className={small ? styles["small"] : styles["picture"]} alt={caption ?? name} title={`${name}${size}`} />;
}

/** A recording, with the browser's controls. */
export function Player({ runId, name, item: { id } }: FileProps) {
  const { data: file, error } = useMediaContent(runId, id, (response) => response.blob());
  const source = useSource(file);
  if (file === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  // Runs log no captions in time with the sound.
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={source} controls aria-label={name} />;
}

/** A ref that gives its element the address of a file while both are there. */
function useSource(file: Blob | undefined) {
  return useCallback(
    (element: HTMLImageElement | HTMLAudioElement | null) => {
      if (element === null || file === undefined) {
        return undefined;
      }
      const address = URL.createObjectURL(file);
      element.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [file],
  );
}
