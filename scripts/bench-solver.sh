#!/usr/bin/env bash
# The solver beside its peers: bench-solver.sh [--instances DIR] [--results DIR] [--runs FILE] [--seeds "1 2 3"] [--seconds 60]
# [--numbers "1 2 …"] [PART ...]
#
# Parts: rosters, early, cpsat, timefold, online, batch, dropout, month, table; without one, all of them. Every run is
# measured in CPU seconds and leaves a file in the results' folder; what is there is not measured again, so a run that
# was stopped goes on where it was. With --runs what a run printed is also added to that file, and taken from it: the runs
# of rosters and of drop-outs behind docs/bench/solver.md are in docs/bench/solver-runs.tsv, whose lines of a part go
# when its programme changes.
# --numbers are the instances of rosters, cpsat, timefold and dropout, when not all of them. The public instances
# (Instance1.txt … Instance24.txt) are brought along: they have no licence that would let us keep them here. Peers come from
# PyPI into a folder beside the results; Timefold needs a JDK.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
instances='' results=target/bench-solver runs='' seeds='1 2 3' seconds=60 numbers='' parts=()
while [ $# -gt 0 ]; do
    case $1 in
        --instances) instances=$2 && shift ;;
        --results) results=$2 && shift ;;
        --runs) runs=$(realpath "$2") && shift ;;
        --numbers) numbers=$2 && shift ;;
        --seeds) seeds=$2 && shift ;;
        --seconds) seconds=$2 && shift ;;
        -*) die "unknown option $1" ;;
        *) parts+=("$1") ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || parts=(rosters early cpsat timefold online batch dropout month table)
mkdir -p "$results"
results=$(cd "$results" && pwd)
peers=crates/solver/benches/peers
python=$results/venv/bin/python

build() {
    cargo build --release --locked --package solver --bench solver --quiet
    # The newest program of that name: cargo adds a hash to it.
    bench=$(find target/release/deps -maxdepth 1 -name 'solver-*' -type f -executable -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)
}

install_peers() {
    [ -x "$python" ] || python3 -m venv "$results/venv"
    "$python" -c 'import ortools, timefold' 2>/dev/null ||
        "$python" -m pip install --quiet ortools==9.15.6755 timefold==1.24.0b0
}

need_instances() {
    [ -n "$instances" ] || die "$1 needs --instances DIR with the public instances"
}

# keep NAME COMMAND ...: runs the command, whose output is NAME's result, unless there is one.
keep() {
    local run=$1 name=$results/$1
    shift
    [ ! -s "$name" ] || return 0
    mkdir -p "$(dirname "$name")"
    if [ -n "$runs" ] && grep -q "^$run"$'\t' "$runs"; then
        grep "^$run"$'\t' "$runs" | cut -f2- >"$name"
        return 0
    fi
    if "$@" >"$name.part" 2>"$name.err"; then
        mv "$name.part" "$name" && rm -f "$name.err"
        [ -z "$runs" ] || sed "s|^|$run\t|" "$name" >>"$runs"
        printf '%s: %s\n' "${name#"$results"/}" "$(head -1 "$name")"
    else
        printf '%s failed, see %s\n' "${name#"$results"/}" "$name.err" >&2
    fi
}

timefold() {
    local jars
    jars=$(find "$results"/venv/lib -path '*timefold/solver/jars/*.jar' ! -name 'logback*' | tr '\n' ':')
    if [ ! -f "$results/java/RosterTimefold.class" ]; then
        javac -cp "$jars" -d "$results/java" $peers/RosterTimefold.java
    fi
    java -Xmx4g -cp "$jars$results/java" RosterTimefold "$@" >/dev/null
    "$python" $peers/judge.py "$1" "$4"
}

# for_each LIST COMMAND ...: the command with each seed and each instance of the list.
for_each() {
    local list=$1 seed number
    shift
    for seed in $seeds; do
        for number in $list; do
            "$@" "$seed" "$number"
        done
    done
}

roster() {
    local name=rosters-$seconds/ours-$2-$1
    keep "$name" "$bench" roster "$instances/Instance$2.txt" "$1" "$seconds" "$results/$name.csv"
}

early() {
    local name=early/ours-$2-$1
    keep "$name" "$bench" roster "$instances/Instance$2.txt" "$1" 10 "$results/$name.csv"
}

cpsat_roster() {
    local name=rosters-$seconds/cpsat-$2-$1
    keep "$name" "$python" $peers/cpsat.py "$instances/Instance$2.txt" "$1" "$seconds" 8 "$results/$name.csv"
}

timefold_roster() {
    local name=rosters-$seconds/timefold-$2-$1
    keep "$name" timefold "$instances/Instance$2.txt" "$1" "$seconds" "$results/$name.csv"
}

# What a drop-out takes at least, after what the re-plan took: both are of one roster.
proved() {
    "$bench" dropout "$1" "$2" "$3" && "$python" $peers/dropout.py "$1" "$3"
}

minimum() {
    local name=dropout/$2-$1
    keep "$name" proved "$instances/Instance$2.txt" "$1" "$results/$name.cases"
}

flow() {
    keep "batch/$1" "$bench" batch 100000 10000 "$1" "$results/batch/edges-$1"
    keep "batch/flow-$1" "$python" $peers/flow.py "$results/batch/edges-$1"
    rm -f "$results/batch/edges-$1"
}

run() {
    local seed
    case $1 in
        rosters) need_instances "$1" && build && for_each "${numbers:-$(seq 1 20)}" roster ;;
        early) need_instances "$1" && build && for_each '21 22 23 24' early ;;
        cpsat) need_instances "$1" && install_peers && for_each "${numbers:-$(seq 1 20)}" cpsat_roster ;;
        timefold) need_instances "$1" && install_peers && for_each "${numbers:-$(seq 1 20)}" timefold_roster ;;
        dropout) need_instances "$1" && build && install_peers && for_each "${numbers:-$(seq 1 10)}" minimum ;;
        online)
            build
            for seed in $seeds; do
                keep "online/100000-$seed" "$bench" online 100000 100000 "$seed"
                keep "online/1000000-$seed" "$bench" online 1000000 100000 "$seed"
            done
            ;;
        batch)
            build && install_peers
            for seed in $seeds; do flow "$seed"; done
            ;;
        month)
            build
            for seed in $seeds; do keep "month/$seed" "$bench" month "$seed" 10; done
            ;;
        table)
            install_peers
            "$python" $peers/table.py "$results"
            ;;
        *) die "unknown part $1" ;;
    esac
}

for part in "${parts[@]}"; do run "$part"; done
