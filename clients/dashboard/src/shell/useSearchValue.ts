import { useSearchParams } from "wouter";

/**
 * The URL's parameters and a setter for one of them; an empty value removes it. Other parameters stay, and the browser's Back
 * leaves the page.
 */
export function useSearchValue(): readonly [URLSearchParams, (name: string, ...values: readonly string[]) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, ...values: readonly string[]): void =>
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        next.delete(name);
        for (const value of values) {
          if (value !== "") {
            next.append(name, value);
          }
        }
        return next;
      },
      { replace: true },
    );
  return [search, set];
}
