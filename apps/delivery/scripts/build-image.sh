#!/usr/bin/env bash
# Builds the API's image on BASE_IMAGE, and leaves the list of what is in it in image/sbom.cdx.json.
set -euo pipefail
if ! [[ "${BASE_IMAGE:-}" =~ @sha256:[0-9a-f]{64}$ ]]; then
  echo "BASE_IMAGE is \"${BASE_IMAGE:-}\"; allowed: an image by digest, docker.io/library/node@sha256:... A tag can move." >&2
  exit 1
fi
npm run --silent api-context
# WHY docker's format: the health check is in no other.
buildah bud --format docker --build-arg "BASE_IMAGE=$BASE_IMAGE" --tag mainstay-api apps/api/dist/context
bash "${BASH_SOURCE%/*}/list-parts.sh" mainstay-api
