#!/usr/bin/env bash
# The fast lane: the managed tests of every room, but none of whole programs (EndToEnd) and none marked Lane=Full, which need root, a daemon, a
# browser or a dataset. Ends with the same line as run.sh: "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
passed=0
failed=0
mkdir -p build

dotnet build P2PMiner.sln -c "$configuration" -v q --nologo || { echo "0 passed, 1 failed"; exit 1; }

# Runs projects one after the other, each into a log of its own.
run() {
    for name in "$@"; do
        "artifacts/bin/$name/${configuration,,}/$name" -noLogo -noColor -trait- Lane=Full >"build/check-$name.log" 2>&1
    done
}

# Half of the time they wait. The longest one runs beside all others.
mapfile -t others < <(for project in tests/*/*.Tests.csproj; do basename "$project" .csproj; done | grep -vE '\.(EndToEnd|Grains)\.Tests$')
run P2PMiner.Grains.Tests &
run "${others[@]}"
wait

for name in "${others[@]}" P2PMiner.Grains.Tests; do
    log=build/check-$name.log
    cat "$log"
    if [[ $(tail -n 1 "$log") =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
        bad=$((BASH_REMATCH[2] + BASH_REMATCH[3]))
        failed=$((failed + bad)) passed=$((passed + BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4] - BASH_REMATCH[5]))
    else
        echo "$name did not run to its end" >&2
        failed=$((failed + 1))
    fi
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
