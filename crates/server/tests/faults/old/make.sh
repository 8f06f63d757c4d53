#!/usr/bin/env bash
# Makes the old city that the upgrade test opens: make.sh HELIN. Run it with the program of a release, once, and commit what
# it makes under the name of that release's last migration; a file that is there is never made anew.
set -euo pipefail
helin=$(realpath "$1")
cd "$(dirname "$0")"
step=$(basename "$(find ../../../../../migrations -name '*.sql' | sort | tail -1)" .sql)
[ ! -e "$step" ] || { echo "$step is there already" >&2; exit 1; }
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$helin" demo --data "$made" --listen 127.0.0.1:0 --scale 0.01 --seed 11 --until 2026-11-20 --build-only
mkdir "$step"
gzip -9 -n -c "$made/helin.db" >"$step/helin.db.gz"
# The keys of an invented city, which everybody may know.
cp "$made/helin.key" "$made/demo-accounts.json" "$step/"
du -b "$step"/*
