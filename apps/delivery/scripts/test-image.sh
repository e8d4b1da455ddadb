#!/usr/bin/env bash
# The API's own tests, and the image in a container beside a real database: all that has to hold before it is pushed.
set -euo pipefail
sudo apt-get update -qq
sudo apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client-core openssl buildah podman runc
npm run --silent api-tests
