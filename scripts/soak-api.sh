#!/usr/bin/env bash
# The API under a fuzzer, as every role: soak-api.sh [--cases 20000] [--seed 1] [--role ROLE ...]
#
# Schemathesis makes requests from the API's own description, good ones and broken ones, and holds every answer against
# it: no 5xx, no status and no body that is not described, nothing accepted that the description forbids, no call
# answered without a token that needs one. On a small demo city, with HELIN_BIN or the release build.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
version=4.32.5
tools=${HELIN_TOOLS:-target/tools}/schemathesis-$version
if [ ! -x "$tools/bin/schemathesis" ]; then
    command -v python3 >/dev/null || install_packages "the fuzzer of the API is written in Python" python3 python3-venv
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "schemathesis==$version"
fi
helin=${HELIN_BIN:-target/release/helin}
[ -x "$helin" ] || cargo build --release --locked --package helin
exec "$tools/bin/python" scripts/soak-api.py --helin "$helin" "$@"
