import { useState } from "react";
import { pieceOf, visible } from "./pieces";
import styles from "./tokenizers.module.css";

interface TokenTextProps {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly special: ReadonlySet<string>;
}

const colours = 6;

/** A text with each token in its own colour and frame. Shows details of the token under the pointer or focus. */
export function TokenText({ ids, tokens, special }: TokenTextProps) {
  const [chosen, setChosen] = useState<number>();
  const id = chosen === undefined ? undefined : ids[chosen];
  return (
    <>
      <p className={styles["tokens"]}>
        {tokens.map((token, index) => {
          const { kind, text } = pieceOf(token, special);
          return (
            <button
              key={index}
              type="button"
              className={[styles["token"], styles[`colour${index % colours}`], styles[kind]].filter(Boolean).join(" ")}
              data-kind={kind}
              aria-label={`token ${ids[index] ?? ""}: ${text}`}
              onFocus={() => setChosen(index)}
              onPointerEnter={() => setChosen(index)}
            >
              {kind === "bytes" ? `⟨${text}⟩` : visible(text)}
            </button>
          );
        })}
      </p>
      <p className="muted">
        {id === undefined
          ? "Point at a token to see its id."
          : `token ${(chosen ?? 0) + 1}: id ${id}, written ${JSON.stringify(tokens[chosen ?? 0])} in the vocabulary`}
      </p>
    </>
  );
}
