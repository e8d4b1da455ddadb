import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { createDocumentFiles } from "./files.ts";

/** A body that comes when it is written. */
const body = () => Object.assign(new PassThrough(), { headers: {} });
const { uploads } = contract.documents;

it("receives so many at a time, refuses one more, and has room again when one is through", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-files-"));
  const files = createDocumentFiles(directory);
  const receive = (from: PassThrough) => files.receive(from as unknown as IncomingMessage, "text/plain");
  const bodies = Array.from({ length: uploads }, body);
  const received = bodies.map(receive);
  await expect(receive(body())).rejects.toMatchObject({ status: 503, headers: { "Retry-After": expect.any(String) } });
  bodies[0]?.end("text");
  await received[0];
  const another = body();
  another.end("more text");
  expect(await receive(another)).toMatchObject({ bytes: 9 });
  for (const one of bodies) one.end("text");
  await Promise.all(received);
  expect(readdirSync(join(directory, "incoming"))).toEqual([]);
  rmSync(directory, { recursive: true });
});
