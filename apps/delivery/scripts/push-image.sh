#!/usr/bin/env bash
# Pushes the image to REPOSITORY, under the commit as its tag, and tells later jobs its digest.
set -euo pipefail
registry=${REPOSITORY%%/*}
region=$(cut -d. -f4 <<<"$registry")
aws ecr get-login-password --region "$region" | buildah login --username AWS --password-stdin "$registry"
buildah push --digestfile image/digest mainstay-api "docker://$REPOSITORY:$GITHUB_SHA"
echo "digest=$(cat image/digest)" >>"$GITHUB_OUTPUT"
