import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findMirror, isConfigured, lightenMirror, terraformConfig } from "./provider-mirror.mjs";
import { awsProviderVersion } from "./versions.mjs";

let machine: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "mirror-"));
});
afterEach(() => {
  rmSync(machine, { recursive: true });
});

const architecture = process.arch === "x64" ? "amd64" : process.arch;

function mirrorAt(
  folder: string,
  version = awsProviderVersion,
  platform = `${process.platform}_${architecture}`,
): string {
  const mirror = join(machine, folder);
  mkdirSync(join(mirror, "registry.terraform.io/hashicorp/aws", version, platform), { recursive: true });
  return mirror;
}

describe("findMirror", () => {
  it("finds one on a shelf, whatever its name", () => {
    const mirror = mirrorAt("shelf/some-name");
    expect(findMirror({ HOME: machine }, [join(machine, "shelf")])).toBe(mirror);
  });

  it("finds one in Terraform's own place, and one that is named", () => {
    const own = mirrorAt(".terraform.d/plugins");
    expect(findMirror({ HOME: machine }, [])).toBe(own);
    const named = mirrorAt("named");
    expect(findMirror({ HOME: machine, MAINSTAY_TERRAFORM_MIRROR: named }, [])).toBe(named);
  });

  it("leaves one of another version or platform alone", () => {
    mirrorAt("shelf/old", "4.0.0");
    mirrorAt("shelf/other", awsProviderVersion, "plan9_mips");
    expect(findMirror({ HOME: machine }, [join(machine, "shelf")])).toBeUndefined();
  });
});

describe("lightenMirror", () => {
  const folder = (mirror: string) =>
    join(mirror, "registry.terraform.io/hashicorp/aws", awsProviderVersion, `${process.platform}_${architecture}`);

  it("puts a script in its place that becomes a command with the provider, Terraform's arguments, and its process id", () => {
    const mirror = mirrorAt("it's a shelf");
    const name = `terraform-provider-aws_v${awsProviderVersion}_x5`;
    const heavy = join(folder(mirror), name);
    writeFileSync(heavy, "");
    const light = join(machine, "light");
    const command = (provider: string) => ["sh", "-c", 'echo "$$" "$@"', "sh", provider];
    expect(lightenMirror(mirror, light, command)).toBe(true);
    const { stdout, pid } = spawnSync(join(folder(light), name), ["-debug", "a b"], { encoding: "utf8" });
    expect(stdout).toBe(`${pid} ${heavy} -debug a b\n`);
  });

  it("makes nothing of a mirror without a provider, or with a packed one", () => {
    const light = join(machine, "light");
    const command = (provider: string) => [provider];
    expect(lightenMirror(join(machine, "nowhere"), light, command)).toBe(false);
    expect(lightenMirror(mirrorAt("packed"), light, command)).toBe(false);
    expect(existsSync(light)).toBe(false);
  });
});

describe("terraformConfig", () => {
  it("takes the AWS provider from the mirror alone and everything else from the registry", () => {
    const config = terraformConfig("/shelf/mirror", "/cache");
    expect(config).toMatch(
      /filesystem_mirror \{\s+path\s+= "\/shelf\/mirror"\s+include = \["registry.terraform.io\/hashicorp\/aws"\]/,
    );
    expect(config).toMatch(/direct \{\s+exclude = \["registry.terraform.io\/hashicorp\/aws"\]/);
  });

  it("says nothing of installation where there is no mirror, so that Terraform downloads as usual", () => {
    expect(terraformConfig(undefined, "/cache")).toBe(
      'plugin_cache_dir = "/cache"\nplugin_cache_may_break_dependency_lock_file = true\n',
    );
  });
});

describe("isConfigured", () => {
  it("respects a configuration that says where providers come from", () => {
    const file = join(machine, "terraform.rc");
    expect(isConfigured({ HOME: machine, TF_CLI_CONFIG_FILE: file }, ["/own"])).toBe(false);
    writeFileSync(file, "disable_checkpoint = true\n");
    expect(isConfigured({ HOME: machine, TF_CLI_CONFIG_FILE: file }, ["/own"])).toBe(false);
    writeFileSync(file, "provider_installation {\n direct {}\n}\n");
    expect(isConfigured({ HOME: machine, TF_CLI_CONFIG_FILE: file }, ["/own"])).toBe(true);
  });

  it("does not take our own configuration for the owner's: a shell that sourced env.sh names it", () => {
    const own = join(machine, "own.rc");
    writeFileSync(own, "provider_installation {\n direct {}\n}\n");
    expect(isConfigured({ HOME: machine, TF_CLI_CONFIG_FILE: own }, ["/other", own])).toBe(false);
    expect(isConfigured({ HOME: machine, TF_CLI_CONFIG_FILE: own }, ["/other"])).toBe(true);
  });
});
