import styles from "./Name.module.css";

interface NameProps {
  readonly children: string;
}

/**
 * A name from a user, of any length and script. A long one ends in an ellipsis: whole on hover, and wrapped while it or its row has
 * the keyboard focus.
 */
export const Name = ({ children }: NameProps) => (
  <bdi className={styles["name"]} title={children}>
    {children}
  </bdi>
);
