import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { awsEnvironment } from "./environment.ts";

const endpoint = "http://127.0.0.1:4000";

describe("awsEnvironment", () => {
  it("sends each routed service to its own endpoint, and all others to the common one", () => {
    expect(awsEnvironment(endpoint, { cloudfront: "http://127.0.0.1:4001" })).toMatchObject({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_CLOUDFRONT: "http://127.0.0.1:4001",
    });
  });

  it("keeps nothing of the caller's AWS account in a child process", () => {
    const caller = {
      PATH: process.env.PATH,
      AWS_PROFILE: "production",
      AWS_SESSION_TOKEN: "real",
      AWS_ACCESS_KEY_ID: "AKIAREAL",
      AWS_CONFIG_FILE: "/home/me/.aws/config",
      AWS_ENDPOINT_URL_S3: "https://s3.example.com",
      AWS_REGION: "us-east-1",
    };
    const { stdout } = spawnSync(process.execPath, ["-p", "JSON.stringify(process.env)"], {
      env: { ...caller, ...awsEnvironment(endpoint, {}, caller) },
      encoding: "utf8",
    });
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(Object.keys(seen).filter((name) => name.startsWith("AWS_"))).toEqual(
      expect.not.arrayContaining(["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_REGION"]),
    );
    expect(JSON.stringify(seen)).not.toMatch(/AKIAREAL|home.me/);
    expect(seen).toMatchObject({ AWS_ENDPOINT_URL: endpoint, AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  });

  it("removes a profile that is set only for the child", () => {
    expect(awsEnvironment(endpoint, {}, {})).toHaveProperty("AWS_PROFILE", undefined);
  });

  it("reaches the loopback address past a proxy, and keeps the caller's own exceptions", () => {
    expect(awsEnvironment(endpoint, {}, { NO_PROXY: "registry.example.com" }).NO_PROXY).toBe(
      "registry.example.com,127.0.0.1,localhost",
    );
  });
});
