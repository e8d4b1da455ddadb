import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "@jest/globals";
import { Watch } from "./watch.ts";

it("passes calls on as they are, keeps what they said, and refuses the one that it is told to", async () => {
  const service = createServer((call, answer) => {
    text(call)
      .then((body) => answer.writeHead(202, { "X-Service": "rds" }).end(`${call.method} ${call.url} ${body}`))
      .catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => {
    service.listen(0, "127.0.0.1", resolve);
  });
  const watch = await Watch.start(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
  const send = (action: string) =>
    fetch(`${watch.endpoint}/?x=1`, { method: "POST", body: new URLSearchParams({ Action: action, Secret: "a b" }) });

  const first = await send("Create");
  expect([first.status, first.headers.get("x-service"), await first.text()]).toEqual([
    202,
    "rds",
    "POST /?x=1 Action=Create&Secret=a+b",
  ]);
  watch.refuseNext("Create");
  expect((await send("Delete")).status).toBe(202);
  const refused = await send("Create");
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("refused by the test")]);
  expect((await send("Create")).status).toBe(202);
  expect(watch.calls.map((call) => [call.get("Action"), call.get("Secret")])).toEqual(
    ["Create", "Delete", "Create", "Create"].map((action) => [action, "a b"]),
  );
  await watch.stop();
  service.close();
});
