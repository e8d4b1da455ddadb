#!/usr/bin/env bash
# Takes the list of what is in an image out of it, into image/sbom.cdx.json: list-parts.sh IMAGE
set -euo pipefail
out=${IMAGE_FOLDER:-image}
mkdir -p "$out"
container=$(buildah from --pull=never "$1")
trap 'buildah rm "$container" >/dev/null' EXIT
# WHY its own Node: the image has no shell, and only root may mount it.
buildah run --network none "$container" node -p 'fs.readFileSync("/app/sbom.cdx.json", "utf8")' >"$out"/sbom.cdx.json
