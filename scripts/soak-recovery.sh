#!/usr/bin/env bash
# PostgreSQL restarted, killed and cut off under load: served again within 5 s? soak-recovery.sh [ROUNDS], 5 when nothing is said.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
ensure_postgres
HELIN_RECOVERY=${1:-5} exec cargo test --locked --package helin --test faults -- --nocapture everybody_is_told
