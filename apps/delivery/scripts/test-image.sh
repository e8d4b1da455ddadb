#!/usr/bin/env bash
# The API's own tests, and the image in a container beside a real database: all that has to hold before it is pushed.
set -euo pipefail
# WHY root: the tests run containers without a daemon and without user namespaces. As anybody else they leave those out.
if [ "$(id -u)" -ne 0 ]; then
  sudo --preserve-env env "PATH=$PATH" bash "$0"
  exec sudo chown -R "$(id -u):$(id -g)" "$PWD" "$HOME"
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client-core openssl buildah podman runc
npm run --silent api-tests
if grep -q '"the image (skipped' apps/api/.results/lifecycle.json; then
  echo "The image itself was not tested: see above what was lacking. It must not be pushed." >&2
  exit 1
fi
