/** Calls back once, soon; returns how to call it off. */
export type Frames = (callback: () => void) => () => void;

export const animationFrames: Frames = (callback) => {
  const handle = requestAnimationFrame(callback);
  return () => {
    cancelAnimationFrame(handle);
  };
};

/** For those who asked for less motion, charts move once a second. */
export const calmFrames: Frames = (callback) => {
  const handle = setTimeout(callback, 1000);
  return () => {
    clearTimeout(handle);
  };
};

export function preferredFrames(): Frames {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? calmFrames : animationFrames;
}
