import { Problem } from "../api/problem";
import { ticketAddress } from "./ticket";
import { delayBefore } from "./backoff";
import { read, type LiveMessage } from "./messages";

export type ConnectionState = "connecting" | "live" | "waiting" | "paused";
export type Listener = (message: LiveMessage) => void;

/**
 * One WebSocket for the page. It reconnects by itself, sends `resync` to every listener after a gap, and closes while the page is
 * hidden.
 */
export class LiveSocket {
  #socket: WebSocket | undefined;
  #opening: symbol | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #state: ConnectionState = "connecting";
  #reason = "";
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #watchers = new Set<() => void>();

  readonly start = (): (() => void) => {
    const look = (): void => {
      if (document.hidden) {
        this.#rest();
      } else {
        this.#connect();
      }
    };
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      this.#rest();
    };
  };

  readonly state = (): ConnectionState => this.#state;

  /** Why the last connection failed or ended; empty while there is one. */
  readonly reason = (): string => this.#reason;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Subscribes to a run's messages, or to all with `*`; call the returned function to unsubscribe. */
  listen(topic: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    if (listeners.size === 0) {
      this.#say("subscribe", topic);
    }
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        this.#listeners.delete(topic);
        this.#say("unsubscribe", topic);
      }
    };
  }

  #connect(): void {
    clearTimeout(this.#timer);
    if (this.#socket !== undefined || this.#opening !== undefined) {
      return;
    }
    this.#become("connecting");
    const opening = (this.#opening = Symbol("opening"));
    void ticketAddress().then(
      (address) => {
        if (this.#opening !== opening) {
          return;
        }
        this.#opening = undefined;
        this.#open(address);
      },
      (error: unknown) => {
        if (this.#opening !== opening) {
          return;
        }
        this.#opening = undefined;
        this.#retry(error instanceof Problem ? error.message : "Trainyard does not answer.");
      },
    );
  }

  #open(address: URL): void {
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#reason = "";
      for (const topic of this.#listeners.keys()) {
        this.#say("subscribe", topic);
      }
      this.#become("live");
      // Subscribe before reading, so that nothing stored in between is missed.
      this.#tell({ type: "resync", message: "connected" });
    };
    socket.onmessage = (frame: MessageEvent<string>) => {
      const message = read(frame.data);
      if (message !== undefined) {
        this.#tell(message);
      }
    };
    socket.onclose = ({ reason }) => {
      if (this.#socket !== socket) {
        return;
      }
      this.#socket = undefined;
      this.#retry(reason === "" ? "Trainyard does not answer." : reason);
    };
  }

  #retry(reason: string): void {
    this.#reason = reason;
    this.#failures++;
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#connect(), delayBefore(this.#failures) * 1000);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#opening = undefined;
    socket?.close();
    this.#become("paused");
  }

  #say(type: "subscribe" | "unsubscribe", topic: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type, run_id: topic }));
    }
  }

  #tell(message: LiveMessage): void {
    const topics = message.type === "resync" ? [...this.#listeners.keys()] : [message.run_id, "*"];
    for (const topic of topics) {
      for (const listener of this.#listeners.get(topic) ?? []) {
        listener(message);
      }
    }
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    for (const watcher of this.#watchers) {
      watcher();
    }
  }
}

export const live = new LiveSocket();
