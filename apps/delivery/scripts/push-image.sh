#!/usr/bin/env bash
# Pushes the image to REPOSITORY, under the commit as its tag, and tells later jobs its digest. AWS_REGION is the registry's.
#
# WHY it may take an image that is there: a tag never moves, and two builds of one commit differ by their time. A run that is repeated goes
# on with what the first one has pushed.
set -euo pipefail
out=${IMAGE_FOLDER:-image}
mkdir -p "$out"
aws ecr get-login-password | buildah login --username AWS --password-stdin "${REPOSITORY%%/*}"
if digest=$(aws ecr describe-images --repository-name "${REPOSITORY#*/}" --image-ids "imageTag=$GITHUB_SHA" \
  --query 'imageDetails[0].imageDigest' --output text 2>"$out"/refused); then
  echo "$REPOSITORY:$GITHUB_SHA was pushed before, as $digest: that image is taken, and not the one that was built now." >&2
  buildah pull --quiet "docker://$REPOSITORY@$digest" >/dev/null
  bash "${BASH_SOURCE%/*}/list-parts.sh" "$REPOSITORY@$digest"
elif grep -q ImageNotFoundException "$out"/refused; then
  buildah push --digestfile "$out"/digest mainstay-api "docker://$REPOSITORY:$GITHUB_SHA"
  digest=$(cat "$out"/digest)
else
  cat "$out"/refused >&2
  exit 1
fi
echo "digest=$digest" >>"$GITHUB_OUTPUT"
