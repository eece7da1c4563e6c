const name = "trainyard.api-key";

/** The key a person has entered in the settings; nothing when Trainyard asks for none. */
export const readKey = (): string => localStorage.getItem(name) ?? "";

export function saveKey(key: string): void {
  if (key === "") localStorage.removeItem(name);
  else localStorage.setItem(name, key);
}
