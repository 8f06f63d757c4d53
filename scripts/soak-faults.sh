#!/usr/bin/env bash
# The program and PostgreSQL killed again and again under a write load: soak-faults.sh [KILLS], 20 when nothing is said.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
ensure_postgres
HELIN_FAULTS_KILLS=${1:-20} exec cargo test --locked --package helin --test faults -- --nocapture
