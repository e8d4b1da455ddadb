import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The resource types that a text speaks of: as Terraform calls them, and as the bindings' modules are called.
 *
 * @param {string} text
 */
export function typesIn(text) {
  const named = text.match(/\baws_[a-z0-9_]+/g) ?? [];
  const imported = [...text.matchAll(/provider-aws\/lib\/([a-z0-9-]+)/g)].map(
    ([, name = ""]) => `aws_${name.replace(/^(data|ephemeral)-aws-/, "").replaceAll("-", "_")}`,
  );
  return [...new Set([...named, ...imported])];
}

/**
 * All types that sources speak of, in a file, one each line.
 *
 * @param {string} file
 * @param {readonly string[]} folders
 */
export function writeTypes(file, folders) {
  const texts = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
  );
  const types = new Set(texts.flatMap(typesIn));
  writeFileSync(file, `${[...types].toSorted().join("\n")}\n`);
}

/**
 * The types of `file`, and those of the configuration in `directory` and the modules below it, if one is named. New ones are remembered
 * in `file`.
 *
 * WHY remembered: what is no longer in a configuration may still be in a state, to be destroyed.
 *
 * @param {string} file
 * @param {string} [directory]
 */
export function typesFor(file, directory) {
  const known = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  const fresh = (directory === undefined ? [] : configurations(directory))
    .flatMap((path) => typesIn(readFileSync(path, "utf8")))
    .filter((type) => !known.has(type));
  if (fresh.length > 0) appendFileSync(file, `${[...new Set(fresh)].join("\n")}\n`);
  return new Set([...known, ...fresh]);
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function configurations(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isFile()) return /\.tf(\.json)?$/.test(entry.name) ? [path] : [];
    return entry.isDirectory() && !/^(\.|node_modules)/.test(entry.name) ? configurations(path) : [];
  });
}
