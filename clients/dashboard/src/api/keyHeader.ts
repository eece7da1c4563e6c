import { asksWithKey } from "./client";

/** The header of a shown curl command, if requests need a key. The key itself is not shown: commands are copied into chats. */
export const keyHeader = (): string => (asksWithKey() ? `-H "X-Api-Key: $TRAINYARD_API_KEY" ` : "");
