#!/usr/bin/env bash
# How fast a resident's page comes on a phone on a village network: bench-page.sh; HELIN_BIN names the program
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
ensure_node
exec node e2e/speed.mjs
