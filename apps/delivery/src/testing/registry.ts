import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: Buffer | string;
}

interface Manifest {
  readonly bytes: Buffer;
  readonly type: string;
}

/**
 * A registry of images on loopback, on a free port, whose tags never move, as those of ECR's immutable repositories: as much of OCI's
 * distribution as buildah asks for.
 *
 * @param folder where its certificate goes.
 */
export async function startRegistry(folder: string) {
  const blobs = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer[]>();
  /** By digest, and by repository and tag. */
  const manifests = new Map<string, Manifest>();
  const logins: string[] = [];

  const say = (status: number, headers: Record<string, string> = {}, text: Buffer | string = ""): Answer => ({
    status,
    headers,
    text,
  });
  const answerTo = (request: IncomingMessage, body: Buffer): Answer => {
    const url = new URL(request.url ?? "", "http://localhost");
    const login = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
    if (login === "") return say(401, { "www-authenticate": 'Basic realm="ecr"' });
    if (url.pathname === "/v2/") {
      logins.push(login);
      return say(200);
    }
    const [, name = "", kind = "", id = ""] = /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
    const route = `${request.method === "HEAD" ? "GET" : request.method} ${kind}${id.startsWith("uploads/") ? "/uploads" : ""}`;
    const upload = uploads.get(id);
    switch (route) {
      case "GET blobs": {
        const blob = blobs.get(id);
        return blob === undefined ? say(404) : say(200, { "docker-content-digest": id }, blob);
      }
      case "POST blobs/uploads": {
        const next = `uploads/${randomUUID()}`;
        uploads.set(next, []);
        return say(202, { location: `/v2/${name}/blobs/${next}` });
      }
      case "PATCH blobs/uploads":
        upload?.push(body);
        return say(202, { location: url.pathname, range: "0-0" });
      case "PUT blobs/uploads": {
        const blob = Buffer.concat([...(upload ?? []), body]);
        const digest = digestOf(blob);
        if (digest !== url.searchParams.get("digest")) return say(400);
        blobs.set(digest, blob);
        return say(201, { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest });
      }
      case "GET manifests": {
        const manifest = manifests.get(id) ?? manifests.get(`${name}:${id}`);
        if (manifest === undefined) return say(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
        const { bytes, type } = manifest;
        return say(200, { "content-type": type, "docker-content-digest": digestOf(bytes) }, bytes);
      }
      case "PUT manifests": {
        const digest = digestOf(body);
        const there = manifests.get(`${name}:${id}`);
        if (there !== undefined && digestOf(there.bytes) !== digest) {
          return say(400, {}, '{"errors":[{"code":"TAG_INVALID","message":"The image tag is immutable."}]}');
        }
        const manifest = { bytes: body, type: request.headers["content-type"] ?? "" };
        manifests.set(digest, manifest).set(`${name}:${id}`, manifest);
        return say(201, { location: `/v2/${name}/manifests/${digest}`, "docker-content-digest": digest });
      }
      default:
        return say(404);
    }
  };

  const { cert, key, certificate } = certify(folder);
  const server = createServer({ cert, key }, (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { status, headers, text } = answerTo(request, Buffer.concat(parts));
      response.writeHead(status, { "content-length": `${Buffer.byteLength(text)}`, ...headers });
      response.end(request.method === "HEAD" ? "" : text);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    /** What `SSL_CERT_FILE` has to name for whoever asks. */
    certificate,
    address: `127.0.0.1:${port}`,
    /** What a tag of a repository stands for. */
    manifest: (name: string, tag: string): string | undefined => manifests.get(`${name}:${tag}`)?.bytes.toString(),
    /** Who has logged in, with which password. */
    logins,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

function certify(folder: string) {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...kind, ...subject, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  return { cert: readFileSync(certificate), key: readFileSync(key), certificate };
}
