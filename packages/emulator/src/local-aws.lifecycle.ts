import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findLocalAws, startLocalAws } from "./local-aws.ts";
import { lives } from "./server-process.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-local-aws-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("a local AWS", () => {
  it("answers, notices what was made, and is gone when stopped, MiniStack with it", async () => {
    const aws = await startLocalAws({ directory });
    const route = aws.routes.cloudfront ?? "";
    try {
      await expect(aws.leftovers()).resolves.toEqual({ leftovers: [], retained: [] });
      expect((await readPublicParameter(aws.endpoint)).status).toBe(200);
      await expect(aws.leftovers()).resolves.toEqual({ leftovers: [], retained: [] });

      await call(aws.endpoint, "CreateVpc&CidrBlock=10.0.0.0/16");
      const { leftovers } = await aws.leftovers();
      expect(leftovers.map(({ kind, region }) => `${kind} ${region}`)).toContain("VPC eu-west-1");

      // WHY 501: a server error would be retried for minutes.
      const answer = await call(aws.endpoint, "CreateCoffee");
      expect([answer.status, await answer.text()]).toEqual([
        501,
        expect.stringMatching(/the local AWS cannot do this.*CreateCoffee/),
      ]);

      expect(aws.env.AWS_ENDPOINT_URL_CLOUDFRONT).toBe(route);
      expect((await fetch(`${route}/_ministack/health`)).status).toBe(200);
      const { answers } = await aws.report(["aws_cloudfront_distribution", "aws_subnet", "aws_vpc"]);
      expect(answers.map(({ by }) => by)).toEqual(["ministack", "moto", "moto + overlay"]);
    } finally {
      await aws.stop();
    }
    expect(lives(aws.pid)).toBe(false);
    await expect(until(() => unreachable(route))).resolves.toBe(true);
    await expect(aws.leftovers()).rejects.toThrow(/fetch failed/);
    await aws.stop();
  });

  it("ends when its parent is killed", async () => {
    const script = `
      import { startLocalAws } from ${JSON.stringify(join(import.meta.dirname, "local-aws.ts"))};
      const aws = await startLocalAws({ directory: ${JSON.stringify(directory)} });
      console.log(JSON.stringify([aws.pid, aws.routes.cloudfront]));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const [line] = await parent.stdout.take(1).toArray();
    const [pid, route] = JSON.parse(String(line)) as [number, string];
    expect(lives(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect(until(() => Promise.resolve(!lives(pid)))).resolves.toBe(true);
    await expect(until(() => unreachable(route))).resolves.toBe(true);
  });

  it("tells why it did not start", async () => {
    await expect(startLocalAws({ directory, ministack: [], startTimeout: 1 })).rejects.toThrow(/no answer within/);
  });
});

describe("a detached local AWS", () => {
  it("is found again, refuses a second one, and stops when asked", async () => {
    const aws = await startLocalAws({ directory, ministack: [], detached: true });
    try {
      const found = await findLocalAws(directory);
      expect(found).toMatchObject({ instance: aws.instance, endpoint: aws.endpoint, pid: aws.pid });
      await expect(startLocalAws({ directory, detached: true })).rejects.toThrow(/already runs/);
      await found?.stop();
      expect(lives(aws.pid)).toBe(false);
      await expect(findLocalAws(directory)).resolves.toBeUndefined();
    } finally {
      await aws.stop();
    }
  });

  it("ends by itself when nobody asks it anything", async () => {
    const aws = await startLocalAws({ directory, ministack: [], detached: true, idleMinutes: 1 / 60 });
    await expect(until(() => Promise.resolve(!lives(aws.pid)))).resolves.toBe(true);
    await expect(findLocalAws(directory)).resolves.toBeUndefined();
  });

  it("is not mistaken for another one at its address", async () => {
    const file = join(directory, "local-aws.json");
    const other = await startLocalAws({ directory, ministack: [] });
    try {
      const stale = { pid: other.pid, instance: "an old one", endpoint: other.endpoint, routes: {}, started: "" };
      writeFileSync(file, JSON.stringify(stale));
      await expect(findLocalAws(directory)).resolves.toBeUndefined();
      expect(existsSync(file)).toBe(false);
    } finally {
      await other.stop();
    }
  });
});

function call(endpoint: string, action: string): Promise<Response> {
  return fetch(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Authorization: "AWS4-HMAC-SHA256 Credential=local-aws/20260101/eu-west-1/ec2/aws4_request",
    },
    body: `Action=${action}&Version=2016-11-15`,
  });
}

/** The emulator loads some thousand of these when one is read; none of them is left over. */
function readPublicParameter(endpoint: string): Promise<Response> {
  return fetch(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AmazonSSM.GetParameter",
      Authorization: "AWS4-HMAC-SHA256 Credential=local-aws/20260101/eu-west-1/ssm/aws4_request",
    },
    body: JSON.stringify({ Name: "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id" }),
  });
}

async function unreachable(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

/** Whether it becomes true within 5 s. */
async function until(condition: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) return true;
    await sleep(50);
  }
  return false;
}
