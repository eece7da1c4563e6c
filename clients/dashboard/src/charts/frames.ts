/** Schedules one callback and returns a function to cancel it. */
export type Frames = (callback: () => void) => () => void;

export const animationFrames: Frames = (callback) => {
  const handle = requestAnimationFrame(callback);
  return () => {
    cancelAnimationFrame(handle);
  };
};

/** With prefers-reduced-motion, charts update once a second. */
export const calmFrames: Frames = (callback) => {
  const handle = setTimeout(callback, 1000);
  return () => {
    clearTimeout(handle);
  };
};

export function preferredFrames(): Frames {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? calmFrames : animationFrames;
}
