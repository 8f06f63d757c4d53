#!/usr/bin/env bash
# Processor time a request, of pages and calls, on both engines: bench-web.sh [--requests 5000] [--tasks 10000,100000] …
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
ensure_postgres
exec cargo bench --locked --package helin --bench web -- "$@"
