import { useSearchParams } from "wouter";

/** The page's address, and a way to say one thing in it anew; empty takes it away. The rest of it stays, and Back goes to the page before. */
export function useSearchValue(): readonly [URLSearchParams, (name: string, ...values: readonly string[]) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, ...values: readonly string[]): void =>
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        next.delete(name);
        for (const value of values) if (value !== "") next.append(name, value);
        return next;
      },
      { replace: true },
    );
  return [search, set];
}
