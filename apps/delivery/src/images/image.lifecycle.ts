import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { awsCli, pythonPath, startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { buildBaseImage, withoutContainers } from "../../../api/src/testing/containers.ts";
import { root } from "../places.ts";
import { digestOf, startRegistry } from "../testing/registry.ts";

const lacking = await withoutContainers();
const repository = "shop-dev-api";
const region = "eu-west-1";
let home: string;
let aws: TemporaryAws;
let registry: Awaited<ReturnType<typeof startRegistry>>;

/** WHY of its own: nothing of this is to be among the images of whoever runs the tests. */
function storage(): NodeJS.ProcessEnv {
  const conf = join(home, "storage.conf");
  const at = (folder: string) => JSON.stringify(join(home, folder));
  writeFileSync(conf, `[storage]\ndriver = "overlay"\ngraphroot = ${at("images")}\nrunroot = ${at("run")}\n`);
  return { ...access(), CONTAINERS_STORAGE_CONF: conf, BUILDAH_ISOLATION: "chroot" };
}

/** Who is trusted, and by which password. */
const access = () => ({ SSL_CERT_FILE: registry.certificate, REGISTRY_AUTH_FILE: join(home, "auth.json") });

interface Ended {
  readonly code: number;
  readonly said: string;
  readonly output: string;
}

/** A step of the workflow `image`, as it runs it. */
async function script(name: string, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const output = join(home, `${name}.output`);
  writeFileSync(output, "");
  const env = {
    ...process.env,
    ...aws.env,
    ...storage(),
    PATH: `${dirname(pythonPath())}:${process.env.PATH}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    IMAGE_FOLDER: join(home, "image"),
    GITHUB_OUTPUT: output,
    GITHUB_SHA: "c1",
    REPOSITORY: `${registry.address}/${repository}`,
    ...more,
  };
  const run = promisify(execFile)("bash", [join(root, `apps/delivery/scripts/${name}.sh`)], {
    cwd: root,
    env,
    maxBuffer: 1e8,
  });
  const { code, stdout, stderr } = await run.then(
    (done) => ({ ...done, code: 0 }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
  return { code, said: stdout + stderr, output: readFileSync(output, "utf8").trim() };
}

const buildah = async (env: NodeJS.ProcessEnv, ...words: string[]) =>
  (await promisify(execFile)("buildah", words, { env: { ...process.env, ...env }, maxBuffer: 1e8 })).stdout.trim();

const partsOf = () => JSON.parse(readFileSync(join(home, "image/sbom.cdx.json"), "utf8"));
const base = `mainstay-test-base-${process.pid}`;
let baseImage: string;

beforeAll(async () => {
  if (lacking !== undefined) return;
  home = mkdtempSync(join(tmpdir(), "mainstay-image-"));
  [aws, registry] = await Promise.all([startTemporaryAws(), startRegistry(home)]);
  writeFileSync(join(home, "auth.json"), "{}");
  await buildBaseImage(base);
  const words = ["--creds", "tests:none", "--digestfile", join(home, "base")];
  await buildah(access(), "push", ...words, base, `docker://${registry.address}/base:1`);
  baseImage = `${registry.address}/base@${readFileSync(join(home, "base"), "utf8")}`;
  await awsCli(aws, ["ecr", "create-repository", "--repository-name", repository], region);
});

afterAll(async () => {
  if (lacking !== undefined) return;
  await buildah({}, "rmi", "--force", base).catch(() => undefined);
  await registry?.stop();
  await aws?.stop();
  rmSync(home, { recursive: true, force: true });
});

const describeWith = lacking === undefined ? describe : describe.skip;

describeWith(`the image${lacking === undefined ? "" : ` (skipped: ${lacking})`}`, () => {
  let digest: string;

  it("is built on a base by digest only, and its parts are listed", async () => {
    const moving = await script("build-image", { BASE_IMAGE: `${registry.address}/base:1` });
    expect([moving.code, moving.said]).toEqual([1, expect.stringContaining("A tag can move.")]);
    await buildah(storage(), "login", "--username", "tests", "--password", "none", registry.address);
    const built = await script("build-image", { BASE_IMAGE: baseImage });
    expect([built.code, built.code === 0 ? "" : built.said]).toEqual([0, ""]);
    expect(partsOf()).toMatchObject({ bomFormat: "CycloneDX" });
  });

  it("is pushed under its commit, and its digest is told", async () => {
    const pushed = await script("push-image");
    expect([pushed.code, pushed.code === 0 ? "" : pushed.said]).toEqual([0, ""]);
    const manifest = registry.manifest(repository, "c1") ?? "";
    digest = digestOf(Buffer.from(manifest));
    expect(pushed.output).toBe(`digest=${digest}`);
    expect(registry.logins.at(-1)).toMatch(/^AWS:/);
    // ECR knows what is in its registry; the local AWS has to be told.
    const put = ["--image-manifest", manifest, "--image-digest", digest, "--image-tag", "c1"];
    await awsCli(aws, ["ecr", "put-image", "--repository-name", repository, ...put], region);
  });

  it("of a commit that was pushed before is that one, also where it was built again", async () => {
    const container = await buildah(storage(), "from", "--pull=never", "mainstay-api");
    await buildah(storage(), "config", "--label", "again=yes", container);
    await buildah(storage(), "commit", "--format", "docker", container, "mainstay-api");
    rmSync(join(home, "image"), { recursive: true });
    const again = await script("push-image");
    expect([again.code, again.said]).toEqual([0, expect.stringContaining(`was pushed before, as ${digest}`)]);
    expect(again.output).toBe(`digest=${digest}`);
    expect(partsOf()).toMatchObject({ bomFormat: "CycloneDX" });
    const other = await script("push-image", { GITHUB_SHA: "c2" });
    expect(other.output).toMatch(/^digest=sha256:/);
    expect(other.output).not.toBe(`digest=${digest}`);
  });

  it("is not pushed where it cannot be told whether it is there", async () => {
    const lost = await script("push-image", { REPOSITORY: `${registry.address}/elsewhere` });
    expect([lost.code, lost.said]).toEqual([1, expect.stringContaining("RepositoryNotFoundException")]);
    expect([lost.output, registry.manifest("elsewhere", "c1")]).toEqual(["", undefined]);
  });
});
