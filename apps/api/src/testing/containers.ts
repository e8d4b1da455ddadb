import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

// WHY: what works without a daemon, without systemd, and inside another container.
const podmanOptions = ["--runtime", "runc", "--cgroup-manager=cgroupfs", "--events-backend=file"];
const buildahOptions = ["--isolation", "chroot", "--format", "docker"];

/** Why images cannot be built and run here; undefined if they can. */
export async function withoutContainers(): Promise<string | undefined> {
  if (process.platform !== "linux") return "containers need Linux";
  if (process.getuid?.() !== 0)
    return "containers need root here: they run without a daemon and without user namespaces";
  const tools = ["buildah", "podman", "runc"];
  const found = await Promise.allSettled(tools.map((tool) => run(tool, ["--version"])));
  const absent = tools.filter((_, index) => found[index]?.status === "rejected");
  return absent.length > 0
    ? `not installed: ${absent.join(", ")}; on Debian: apt-get install ${absent.join(" ")}`
    : undefined;
}

export async function podman(...words: string[]): Promise<string> {
  const { stdout } = await run("podman", [...podmanOptions, ...words]);
  return stdout.trim();
}

/** Builds `directory` and names the image `tag`. */
export async function buildImage(directory: string, tag: string, ...options: string[]): Promise<void> {
  await run("buildah", ["bud", ...buildahOptions, "--tag", tag, ...options, directory], { maxBuffer: 1e8 });
}

/**
 * Makes an image of this Node and the system libraries that it loads, and nothing else: stands in for the base image where no
 * registry is reachable. Having no shell and no user, it is as bare as a base image can be.
 */
export async function buildBaseImage(tag: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "mainstay-base-"));
  try {
    const { stdout } = await run("ldd", [process.execPath]);
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
    await Promise.all([
      place(process.execPath, join(root, "usr/local/bin/node")),
      ...libraries.map((path) => place(path, join(root, path))),
      writeFile(join(root, "Dockerfile"), "FROM scratch\nCOPY . /\nENV PATH=/usr/local/bin\n"),
    ]);
    await buildImage(root, tag);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { dereference: true });
}
