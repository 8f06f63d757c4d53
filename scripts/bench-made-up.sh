#!/usr/bin/env bash
# Made-up hours planted in invented cities: what is caught, and whom it delays: bench-made-up.sh [--scale 0.1] [--seeds 1,2,3,4,5] …
#
# --found-out 0.4   reviewers find out that share of what is made up and held, instead of 0.8
# --with-care       the cheats never hurry
# --cliques 1       one recorder colludes and one card is copied, instead of four
# --anomalies FILE  other weights and limits than crates/rules/src/service/anomaly/anomalies.toml
#
# Nothing depends on speed, so a debug build will do; the figures of docs/bench/made-up.md come from here.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo bench --locked --profile dev --package sim --bench made-up -- "$@"
