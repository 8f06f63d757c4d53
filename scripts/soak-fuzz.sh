#!/usr/bin/env bash
# Coverage-guided fuzzing of everything that reads what strangers wrote: soak-fuzz.sh [SECONDS] [TARGET ...]
#
# An hour of processor time for each of fuzz/targets/*.rs when nothing is said: on a machine that has other things to do it
# takes longer and tries as much, and a run that was cut short goes on where it was. libFuzzer keeps what reached new code in
# target/fuzz/TARGET and goes on from there; fuzz/seeds/TARGET is where it begins. A crash ends the run, and its input lies in
# target/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
seconds=3600
case ${1:-} in
    [0-9]*) seconds=$1 && shift ;;
esac
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz/targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
command -v c++ >/dev/null || install_packages "libFuzzer is written in C++" g++
host=$(rustc -vV | sed -n 's/^host: //p')
# What cargo-fuzz passes too, but for the sanitizers, which need a nightly compiler: our crates forbid unsafe code.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
 -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
for target in "${targets[@]}"; do
    [ -f "fuzz/targets/$target.rs" ] || die "there is no fuzz/targets/$target.rs"
done
cargo build --release --locked --manifest-path fuzz/Cargo.toml --target "$host" --target-dir target/fuzz/build
mkdir -p target/fuzz/found

# Seconds of processor time that a process has had (proc_pid_stat(5), fields 14 and 15), nothing once it has ended.
had() {
    local fields
    fields=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # split on purpose
    set -- $fields
    [ "$1" != Z ] || return 1
    echo $(((${12} + ${13}) / $(getconf CLK_TCK)))
}

for target in "${targets[@]}"; do
    kept=target/fuzz/$target also=()
    mkdir -p "$kept"
    # Longer files take their time in the parser and find nothing more.
    [ "$target" != kind ] || also=(crates/rules/tests/data -max_len=6144)
    echo "== $target, $seconds s of processor time"
    log=$kept.log before=0
    # What an earlier run was stopped at, before its time was over.
    [ ! -f "$kept.seconds" ] || before=$(cat "$kept.seconds")
    "target/fuzz/build/$host/release/$target" "$kept" "fuzz/seeds/$target" "${also[@]}" -timeout=60 -rss_limit_mb=2048 \
        -artifact_prefix="target/fuzz/found/$target-" -print_final_stats=1 -verbosity=0 >"$log" 2>&1 &
    fuzzer=$!
    trap 'kill "$fuzzer" 2>/dev/null || true' EXIT
    while spent=$(had "$fuzzer") && [ $((before + spent)) -lt "$seconds" ]; do
        echo $((before + spent)) >"$kept.seconds"
        sleep 1
    done
    # Told to stop, it writes its figures and ends with 72; one that has found something has ended by itself.
    kill -INT "$fuzzer" 2>/dev/null || true
    status=0
    wait "$fuzzer" || status=$?
    tail -20 "$log"
    [ "$status" -eq 72 ] || die "$target ended with $status: see target/fuzz/found and $log"
    rm -f "$kept.seconds"
done
