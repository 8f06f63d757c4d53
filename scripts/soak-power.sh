#!/usr/bin/env bash
# The power cut again and again under a write load, on both engines: soak-power.sh [CUTS], 30 of each when nothing is said.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
ensure_postgres
HELIN_POWER_CUTS=${1:-30} exec cargo test --locked --package helin --test faults -- --nocapture the_power
