import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./ports.ts";

/** What happens to a connection at the first statement that contains a text. */
interface Cut {
  readonly text: string;
  readonly when: "before" | "after";
}

/** A TCP proxy before a database: the network, and what it does to people. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that were accepted so far. */
  readonly accepted: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Sends new connections elsewhere, as a name that moved. Old ones stay where they are. */
  leadTo(port: number): void;
  /** Drops everything, both ways, without a word: no RST, no FIN. New connections are accepted and never answered. */
  silence(): void;
  /** As `silence`, for the connections that are open now; new ones pass. */
  silenceOpen(): void;
  /** Lets traffic pass again. What was dropped stays lost, and its connections with it. */
  pass(): void;
  /** Resets every connection, with RST. */
  reset(): void;
  /** Refuses new connections, and resets the others. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /**
   * Once, when a statement contains `text`: cuts its connection before the server has seen it, or after the server has answered
   * and before the client has heard.
   */
  cutAt(text: string, when: "before" | "after"): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  dropping: boolean;
  cutAtAnswer: boolean;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let to = target;
  let silent = false;
  let cut: Cut | undefined;
  let accepted = 0;
  const join = (client: Socket) => {
    accepted += 1;
    const server = connect({ port: to, host: "127.0.0.1", noDelay: true });
    const pair = { client, server, dropping: silent, cutAtAnswer: false };
    pairs.add(pair);
    client.setNoDelay(true);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on("data", (data) => {
      if (pair.dropping) return;
      if (cut !== undefined && data.includes(cut.text)) {
        const { when } = cut;
        cut = undefined;
        if (when === "before") {
          client.resetAndDestroy();
          return;
        }
        pair.cutAtAnswer = true;
      }
      server.write(data);
    });
    server.on("data", (data) => {
      if (pair.dropping) return;
      if (pair.cutAtAnswer) client.resetAndDestroy();
      else client.write(data);
    });
    for (const socket of [client, server]) {
      socket.on("error", () => undefined);
      // WHY: the end of one side is a packet too, and silence drops it.
      socket.on("close", () => (pair.dropping && socket === server ? undefined : end()));
    }
  };
  const port = await freePort();
  let listener = await listen(join, port);
  const reset = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  };
  const silenceOpen = () => {
    for (const pair of pairs) pair.dropping = true;
  };
  return {
    port,
    get accepted() {
      return accepted;
    },
    get open() {
      return pairs.size;
    },
    leadTo: (elsewhere) => {
      to = elsewhere;
    },
    silence: () => {
      silent = true;
      silenceOpen();
    },
    silenceOpen,
    pass: () => {
      silent = false;
    },
    reset,
    refuse: async () => {
      const closed = once(listener, "close");
      listener.close();
      reset();
      await closed;
    },
    accept: async () => {
      if (!listener.listening) listener = await listen(join, port);
    },
    cutAt: (text, when) => {
      cut = { text, when };
    },
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      if (!listener.listening) return;
      const closed = once(listener, "close");
      listener.close();
      await closed;
    },
  };
}

async function listen(join: (client: Socket) => void, port: number): Promise<Server> {
  const server = createServer(join);
  await once(server.listen(port, "127.0.0.1"), "listening");
  return server;
}
