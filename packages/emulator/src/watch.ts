import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Stands before one service of the local AWS, through `AWS_ENDPOINT_URL_<SERVICE>`: for what a service is given and tells nobody, such
 * as a password, and for a call that fails.
 *
 * For services that speak the query protocol, a form with `Action`: RDS, IAM, SNS and others.
 */
export class Watch {
  /** Each call, in the order in which they came. */
  readonly calls: URLSearchParams[] = [];
  readonly endpoint: string;

  readonly #server: Server;
  readonly #target: string;
  #refused: string | undefined;

  /** @param target the endpoint of the local AWS. */
  static async start(target: string): Promise<Watch> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new Watch(server, target);
  }

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (call, answer) => {
      this.#pass(call, answer).catch((error: unknown) => answer.destroy(error as Error));
    });
  }

  /** The next call of this action fails, and does not reach the service. */
  refuseNext(action: string): void {
    this.#refused = action;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #pass(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = Buffer.concat(await call.toArray());
    const form = new URLSearchParams(body.toString());
    this.calls.push(form);
    if (form.get("Action") === this.#refused) {
      this.#refused = undefined;
      const error = "<Error><Code>InvalidParameterValue</Code><Message>refused by the test</Message></Error>";
      answer.writeHead(400, { "Content-Type": "text/xml" }).end(`<ErrorResponse>${error}</ErrorResponse>`);
      return;
    }
    const { method, headers, url = "/" } = call;
    request(new URL(url, this.#target), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    })
      .on("error", () => answer.destroy())
      .end(body);
  }
}
