# Sourced by ./dev: runs named steps, keeps their output, adds up what they counted.
# shellcheck shell=bash

step_logs=target/dev
steps_report=()
total_passed=0
total_failed=0

# step NAME COMMAND...: runs the command, shows its output and keeps it in target/dev. A step that runs tests prints
# "result: ... N passed; M failed" lines, as cargo does, and counts as those; any other step counts as one.
# A failing step does not stop the run: all failures are wanted at once.
step() {
    local name=$1 log code=0 began=$SECONDS passed failed
    shift
    mkdir -p "$step_logs"
    log=$step_logs/${name// /-}.log
    printf '\n== %s ==\n' "$name"
    # A subshell with errexit of its own: `cmd || code=$?` would switch it off inside the step.
    set +e
    (set -e && "$@") 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    set -e
    read -r passed failed < <(count_results "$log")
    if [ $((passed + failed)) -eq 0 ]; then
        if [ "$code" = 0 ]; then passed=1; else failed=1; fi
    elif [ "$code" != 0 ] && [ "$failed" = 0 ]; then
        # The tests that ran passed, and something else went wrong (a crate that does not compile).
        failed=1
    fi
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    steps_report+=("$(printf '%-16s %5d s  %5d passed  %5d failed' "$name" $((SECONDS - began)) "$passed" "$failed")")
}

count_results() {
    awk '/result: .*[0-9]+ passed; [0-9]+ failed/ {
        for (i = 2; i <= NF; i++) {
            if ($i ~ /^passed/) passed += $(i - 1)
            if ($i ~ /^failed/) failed += $(i - 1)
        }
    } END { print passed + 0, failed + 0 }' "$1"
}

# Prints the steps and the sum, and exits: 0 when nothing failed.
finish() {
    printf '\n'
    printf '%s\n' "${steps_report[@]}"
    printf '%d passed, %d failed\n' "$total_passed" "$total_failed"
    [ "$total_failed" = 0 ] || exit 1
    exit 0
}
