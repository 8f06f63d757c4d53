#!/usr/bin/env bash
# The power cut again and again under a write load, on SQLite: soak-power.sh [CUTS], 30 when nothing is said.
set -euo pipefail
cd "$(dirname "$0")/.."

HELIN_POWER_CUTS=${1:-30} exec cargo test --locked --package helin --test faults -- --nocapture the_power
