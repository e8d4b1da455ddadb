#!/usr/bin/env bash
# Pushes the image to REPOSITORY, under the commit as its tag, and tells later jobs its digest. AWS_REGION is the registry's.
set -euo pipefail
aws ecr get-login-password | buildah login --username AWS --password-stdin "${REPOSITORY%%/*}"
buildah push --digestfile image/digest mainstay-api "docker://$REPOSITORY:$GITHUB_SHA"
echo "digest=$(cat image/digest)" >>"$GITHUB_OUTPUT"
