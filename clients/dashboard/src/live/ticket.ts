import { api, asksWithKey, data } from "../api/client";

/**
 * The URL of the WebSocket. A browser can't set a header on a WebSocket, and URLs are logged, so it carries a ticket instead
 * of the key.
 */
export async function ticketAddress(): Promise<URL> {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  if (asksWithKey()) {
    address.searchParams.set("ticket", (await data(api.POST("/api/ws-ticket"))).ticket);
  }
  return address;
}
