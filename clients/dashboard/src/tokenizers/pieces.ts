/** A displayed token: text, bytes that are not a whole character, or a special token. */
export interface Piece {
  readonly kind: "text" | "bytes" | "special";
  readonly text: string;
}

/**
 * The character for each byte in a byte-level vocabulary: printable bytes as themselves, others as substitutes (Radford et
 * al., 2019, GPT-2's encoder).
 */
const bytesOf = new Map<string, number>();
let other = 256;
for (let byte = 0; byte < 256; byte++) {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  bytesOf.set(String.fromCharCode(printable ? byte : other), byte);
  if (!printable) {
    other++;
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a token of a byte-level vocabulary. */
export function pieceOf(token: string, special: ReadonlySet<string>): Piece {
  if (special.has(token)) {
    return { kind: "special", text: token };
  }
  const bytes = Array.from(token, (letter) => bytesOf.get(letter));
  const whole = bytes.filter((byte) => byte !== undefined);
  if (whole.length < bytes.length) {
    return { kind: "text", text: token };
  }
  try {
    return { kind: "text", text: strict.decode(Uint8Array.from(whole)) };
  } catch (fault) {
    if (!(fault instanceof TypeError)) {
      throw fault;
    }
    return { kind: "bytes", text: whole.map((byte) => byte.toString(16).padStart(2, "0")).join(" ") };
  }
}

/** Makes white space visible. */
export const visible = (text: string): string =>
  text.replaceAll(" ", "·").replaceAll("\t", "⇥\t").replaceAll("\r", "␍").replaceAll("\n", "⏎\n");
