import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { fileCredentials, parseSecret, secretCredentials } from "./credentials.ts";

const secret = (password: string) => JSON.stringify({ username: "app", password, engine: "mysql" });

describe("a secret", () => {
  it("is what Secrets Manager keeps for a database", () => {
    expect(parseSecret(secret("x"))).toEqual({ user: "app", password: "x" });
  });

  it.each(["", "not-json-hunter2", "null", "[]", '{"username": "app"}', '{"username": 1, "password": "hunter2"}'])(
    "that is %j is refused without being told",
    (text) => {
      let message = "";
      try {
        parseSecret(text);
      } catch (error) {
        message = String(error) + String((error as Error).cause);
      }
      expect(message).toMatch(/"username" and "password"/);
      expect(message).not.toContain("hunter2");
    },
  );
});

it("pain 17: item 9: a file is read for every connection", async () => {
  const directory = await mkdtemp(join(tmpdir(), "mainstay-secret-"));
  const path = join(directory, "secret.json");
  const source = fileCredentials(path);
  for (const password of ["first", "second"]) {
    await writeFile(path, secret(password));
    expect(await source({ fresh: false })).toEqual({ user: "app", password });
  }
  await rm(directory, { recursive: true });
});

describe("a fetched secret", () => {
  const counting = (answers: (() => Promise<string>)[], options?: { cacheMs: number }) => {
    let fetched = 0;
    const source = secretCredentials(() => (answers[fetched++] ?? (() => Promise.resolve(secret("last"))))(), options);
    return { source, fetched: () => fetched };
  };

  it("serves many connections, until the server refuses it", async () => {
    const { source, fetched } = counting([async () => secret("old"), async () => secret("new")]);
    for (let count = 0; count < 3; count += 1) {
      expect(await source({ fresh: false })).toEqual({ user: "app", password: "old" });
    }
    expect(fetched()).toBe(1);
    expect(await source({ fresh: true })).toEqual({ user: "app", password: "new" });
    expect(await source({ fresh: false })).toEqual({ user: "app", password: "new" });
    expect(fetched()).toBe(2);
  });

  it("is fetched again when it is old", async () => {
    const { source, fetched } = counting([], { cacheMs: 0 });
    await source({ fresh: false });
    await source({ fresh: false });
    expect(fetched()).toBe(2);
  });

  it("is not kept when it could not be fetched, and does not displace a later one", async () => {
    const { source, fetched } = counting([() => Promise.reject(new Error("throttled")), async () => secret("good")]);
    await expect(Promise.resolve(source({ fresh: false }))).rejects.toThrow("throttled");
    expect(await source({ fresh: false })).toMatchObject({ password: "good" });
    expect(fetched()).toBe(2);

    const slow = Promise.withResolvers<string>();
    const late = counting([() => slow.promise, async () => secret("good")]);
    const first = late.source({ fresh: false });
    expect(await late.source({ fresh: true })).toMatchObject({ password: "good" });
    slow.reject(new Error("throttled"));
    expect(await first).toMatchObject({ password: "good" });
    expect(await late.source({ fresh: false })).toMatchObject({ password: "good" });
    expect(late.fetched()).toBe(2);
  });

  it("serves on when it cannot be fetched again, but not once the server refuses it", async () => {
    const gone = () => Promise.reject(new Error("no way to Secrets Manager"));
    const { source, fetched } = counting([async () => secret("good"), gone, async () => "broken", gone], {
      cacheMs: 0,
    });
    for (let count = 0; count < 3; count += 1) {
      expect(await source({ fresh: false })).toEqual({ user: "app", password: "good" });
    }
    await expect(Promise.resolve(source({ fresh: true }))).rejects.toThrow("no way to Secrets Manager");
    expect(fetched()).toBe(4);
    expect(await source({ fresh: false })).toMatchObject({ password: "last" });
  });
});
