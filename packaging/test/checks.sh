# shellcheck shell=bash
# Counting checks, for the scripts beside this one.
passed=0
failed=0

# Runs a command and counts whether it succeeds; shows what it printed if not.
check() { # name, command...
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$name"
        printf '%s\n' "$output" | tail -n 40 | sed 's/^/      /'
    fi
}

# Waits until a command succeeds, for at most some seconds.
eventually() { # seconds, command...
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "not within the time: $*"; return 1; }
        sleep 0.2
    done
}

none() { ! grep . <<<"$1"; }   # prints what should not be there

finish() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}
