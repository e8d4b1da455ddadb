import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { clean } from "../maintenance.ts";
import { type Clinic, staff, startClinic } from "../testing/clinic.ts";
import { createDocumentFiles } from "./files.ts";

let clinic: Clinic;
let patient: number;
const as = staff.clinician;
const request: Clinic["api"]["request"] = (...words) => clinic.api.request(...words);

beforeAll(async () => {
  clinic = await startClinic();
  patient = await clinic.addPatient();
});
afterAll(() => clinic?.remove());

const pdf = (bytes: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(bytes - 9)]);

interface Upload {
  readonly to?: number;
  readonly name?: string;
  readonly type?: string;
  readonly key?: string;
}

function upload(body: Buffer, { to = patient, name = "report.pdf", type = "application/pdf", key }: Upload = {}) {
  const headers = { "Content-Type": type, ...(key && { "Idempotency-Key": key }) };
  const path = `/patients/${to}/documents?name=${encodeURIComponent(name)}`;
  return request(path, { method: "POST", as, headers, body: new Uint8Array(body) });
}

const idOf = async (response: Response) => ((await response.json()) as { id: number }).id;

/** Every file on disk, published or not. */
function filesOnDisk(): string[] {
  const { directory } = clinic.api;
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(directory, path)).isFile(),
  );
}

describe("a document", () => {
  it("comes back byte for byte, with its hash and its name", async () => {
    const content = pdf(300_000);
    const created = await upload(content, { name: `Бефунд "1"\\% .pdf` });
    expect(created.status).toBe(201);
    const document = (await created.json()) as { id: number };
    const sha256 = createHash("sha256").update(content).digest("hex");
    expect(document).toMatchObject({
      bytes: content.length,
      sha256,
      mediaType: "application/pdf",
      createdBy: as.account,
    });
    expect(await (await request(`/documents/${document.id}`, { as })).json()).toEqual(document);

    const download = await request(`/documents/${document.id}/content`, { as });
    expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(download.headers)).toMatchObject({
      "content-type": "application/pdf",
      "content-length": String(content.length),
      "accept-ranges": "bytes",
      etag: `"${sha256}"`,
      "content-security-policy": expect.stringContaining("sandbox"),
      "x-content-type-options": "nosniff",
    });
    const disposition = download.headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? "")).toBe(`Бефунд "1"\\% .pdf`);
  });

  it("is read in parts", async () => {
    const content = pdf(1000);
    const path = `/documents/${await idOf(await upload(content))}/content`;
    const part = async (range: string, more: Record<string, string> = {}) => {
      const response = await request(path, { as, headers: { Range: range, ...more } });
      return { response, body: Buffer.from(await response.arrayBuffer()) };
    };
    for (const [range, from, to] of [
      ["bytes=0-0", 0, 0],
      ["bytes=10-19", 10, 19],
      ["bytes=990-", 990, 999],
      ["bytes=-5", 995, 999],
      ["bytes=900-5000", 900, 999],
    ] as const) {
      const { response, body } = await part(range);
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes ${from}-${to}/1000`);
      expect(body.equals(content.subarray(from, to + 1))).toBe(true);
    }
    expect((await part("bytes=1000-")).response.headers.get("content-range")).toBe("bytes */1000");
    expect((await part("bytes=1000-")).response.status).toBe(416);
    for (const range of ["bytes=0-1,5-6", "lines=1-2", "bytes=9-3"])
      expect((await part(range)).response.status).toBe(200);
    expect((await part("bytes=0-1", { "If-Range": '"other"' })).response.status).toBe(200);

    const head = await request(path, { as, method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "1000"]);
    const tag = head.headers.get("etag") ?? "";
    expect((await part("bytes=0-1", { "If-Range": tag })).response.status).toBe(206);
    expect((await request(path, { as, headers: { "If-None-Match": tag } })).status).toBe(304);
  });

  it("is listed, and gone after it was removed; its content stays on disk", async () => {
    const to = await clinic.addPatient();
    const ids = [];
    for (const name of ["a.pdf", "b.pdf", "c.pdf"]) ids.push(await idOf(await upload(pdf(100), { to, name })));
    const list = async (more = "") =>
      (await (await request(`/patients/${to}/documents?limit=2${more}`, { as })).json()) as {
        items: { name: string }[];
        next: string;
      };
    const first = await list();
    expect(first.items.map(({ name }) => name)).toEqual(["c.pdf", "b.pdf"]);
    expect((await list(`&cursor=${first.next}`)).items.map(({ name }) => name)).toEqual(["a.pdf"]);
    const before = filesOnDisk().length;
    const path = `/documents/${ids[0]}`;
    expect((await request(path, { method: "DELETE", as })).status).toBe(204);
    for (const gone of [path, `${path}/content`]) expect((await request(gone, { as })).status).toBe(404);
    expect((await request(path, { method: "DELETE", as })).status).toBe(404);
    expect(filesOnDisk()).toHaveLength(before);
  });

  it("is kept once, though it is sent twice with one key; another with that key is refused", async () => {
    const content = pdf(5000);
    const before = filesOnDisk().length;
    const [one, two] = await Promise.all([
      upload(content, { key: "upload-once-1" }),
      upload(content, { key: "upload-once-1" }),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(await one.json()).toEqual(await two.json());
    expect((await upload(pdf(5000), { key: "upload-once-1" })).status).toBe(422);
    expect(filesOnDisk()).toHaveLength(before + 1);
  });
});

describe("what is refused leaves nothing on disk", () => {
  it.each([
    ["a type that is not allowed", Buffer.from("<html>"), { type: "text/html" }, 415],
    ["no type", Buffer.from("x"), { type: "" }, 415],
    ["a page that says it is a PDF", Buffer.from("<html><script>alert(1)</script>"), {}, 415],
    ["a program that says it is text", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), { type: "text/plain" }, 415],
    ["nothing", Buffer.alloc(0), {}, 400],
    ["a patient who is not there", pdf(100), { to: 4_000_000 }, 404],
    ["a byte too much", pdf(contract.documents.maxBytes + 1), {}, 413],
    ["a name with a line break", pdf(100), { name: "a\r\nSet-Cookie: b.pdf" }, 400],
  ])("%s", async (_, body, how, status) => {
    const before = filesOnDisk();
    expect((await upload(body, how)).status).toBe(status);
    expect(filesOnDisk()).toEqual(before);
  });

  it("a name that is a path is a name", async () => {
    const response = await upload(pdf(100), { name: "../../../../etc/cron.d/x.pdf" });
    expect(response.status).toBe(201);
    expect(filesOnDisk().every((path) => /^[0-9a-f]{2}\/[0-9a-f-]{36}$/.test(path))).toBe(true);
  });

  it("more than a body says, without saying how much", async () => {
    const before = filesOnDisk();
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? Buffer.from("%PDF-") : new Uint8Array(2 ** 20));
        sent += 1;
        if (sent > 40) controller.close();
      },
    });
    const headers = { "Content-Type": "application/pdf" };
    const options = { method: "POST", as, headers, body, duplex: "half" };
    // Whether the answer arrives before the connection is closed is up to the network.
    const status = await request(`/patients/${patient}/documents?name=x`, options as never).then(
      ({ status: code }) => code,
      () => 413,
    );
    expect(status).toBe(413);
    expect(filesOnDisk()).toEqual(before);
  });

  it("an upload that breaks off", async () => {
    const before = filesOnDisk();
    const socket = connect(Number(new URL(clinic.api.address).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      [
        `POST /patients/${patient}/documents?name=x HTTP/1.1`,
        "Host: x",
        `Authorization: Bearer ${await clinic.api.token(as)}`,
        "Idempotency-Key: broken-off",
        "Content-Type: application/pdf",
        "Content-Length: 100000",
        "",
        "%PDF-1.7",
      ].join("\r\n"),
    );
    while (filesOnDisk().length === before.length) await sleep(20);
    socket.destroy();
    while (filesOnDisk().length > before.length) await sleep(20);
    expect(filesOnDisk()).toEqual(before);
  });

  it("a transaction that fails after the file was received", async () => {
    const before = filesOnDisk();
    await clinic.database.execute("RENAME TABLE documents TO hidden");
    expect((await upload(pdf(1000))).status).toBe(500);
    await clinic.database.execute("RENAME TABLE hidden TO documents");
    expect(filesOnDisk()).toEqual(before);
  });

  it("a file system that is away: 503, and all is well once it is back", async () => {
    const { directory } = clinic.api;
    await rename(directory, `${directory}-away`);
    writeFileSync(directory, "no directory");
    const answer = await upload(pdf(1000));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe(String(contract.health.interval));
    await rm(directory);
    await rename(`${directory}-away`, directory);
    expect((await upload(pdf(1000))).status).toBe(201);
    await chmod(directory, 0o700);
  });
});

describe("the sweep", () => {
  it("removes what a crash has left, old enough, and nothing else", async () => {
    const id = await idOf(await upload(pdf(2000)));
    const { directory } = clinic.api;
    const kept = filesOnDisk();
    const names = ["0b8ff1f4-6a6d-4b83-9d6b-2e5a3a0a9a11", "0b1ff1f4-6a6d-4b83-9d6b-2e5a3a0a9a12"] as const;
    await mkdir(join(directory, "0b"), { recursive: true });
    await mkdir(join(directory, "incoming"), { recursive: true });
    const [orphan, half, young, foreign] = [
      join(directory, "0b", names[0]),
      join(directory, "incoming", names[0]),
      join(directory, "0b", names[1]),
      join(directory, "0b", "notes.txt"),
    ];
    for (const path of [orphan, half, young, foreign]) writeFileSync(path, "left");
    const old = Date.now() / 1000 - contract.documents.orphanAge - 60;
    for (const path of [orphan, half, foreign, ...kept.map((file) => join(directory, file))])
      utimesSync(path, old, old);

    await clean(clinic.database, createDocumentFiles(directory), clinic.api.log);
    expect(clinic.api.lines.at(-1)).toMatchObject({ msg: "cleaned", orphans: 2 });
    const left = filesOnDisk();
    expect(left.toSorted()).toEqual([...kept, `0b/${names[1]}`, "0b/notes.txt"].toSorted());
    expect((await request(`/documents/${id}/content`, { as })).status).toBe(200);
  });
});
