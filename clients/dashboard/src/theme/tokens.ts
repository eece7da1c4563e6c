import css from "./tokens.css?raw";

const values = new Map([...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));

/** The value of a design token, for code that draws on a canvas and can't use the custom properties of CSS. */
export function token(name: string): string {
  const value = values.get(name);
  if (value === undefined) {
    throw new Error(`tokens.css has no --${name}.`);
  }
  const [, other] = /^var\(--([\w-]+)\)$/.exec(value) ?? [];
  return other === undefined ? value : token(other);
}

/** The values of numbered tokens: `name-1`, `name-2` and so on. */
export const tokens = (name: string): readonly string[] =>
  Array.from({ length: [...values.keys()].filter((key) => key.startsWith(`${name}-`)).length }, (_, index) =>
    token(`${name}-${index + 1}`),
  );
