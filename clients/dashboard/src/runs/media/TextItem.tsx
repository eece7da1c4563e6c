import { Fault, Waiting } from "../../shell/Notice";
import { useMediaContent } from "./queries";
import styles from "./media.module.css";

interface TextItemProps {
  readonly runId: string;
  readonly name: string;
  readonly itemId: number;
}

/** A text, as it was logged. */
export function TextItem({ runId, name, itemId }: TextItemProps) {
  const { data: text, error } = useMediaContent(runId, itemId, (response) => response.text());
  if (text === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    // Scrollable parts must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles["text"]} tabIndex={0} role="region" aria-label={name}>
      {text}
    </pre>
  );
}
