import { api, asksWithKey, data } from "../api/client";

/** Where to open a WebSocket now. A browser can't send the key in a header there, and an address ends up in logs: it gets a ticket. */
export async function ticketAddress(): Promise<URL> {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  if (asksWithKey()) address.searchParams.set("ticket", (await data(api.POST("/api/ws-ticket"))).ticket);
  return address;
}
