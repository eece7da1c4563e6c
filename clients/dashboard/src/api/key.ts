const name = "trainyard.api-key";

/** The API key from the settings; empty when none is set. */
export const readKey = (): string => localStorage.getItem(name) ?? "";

export function saveKey(key: string): void {
  if (key === "") {
    localStorage.removeItem(name);
  } else {
    localStorage.setItem(name, key);
  }
}
