#!/usr/bin/env bash
# The fast lane: the managed tests of every room, but none of whole programs (EndToEnd) and none marked Lane=Full, which need root, a daemon, a
# browser or a dataset. Ends with the same line as run.sh: "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
filter="-trait- Lane=Full"
# shellcheck source=tests/lanes.sh
. tests/lanes.sh

dotnet build P2PMiner.sln -c "$configuration" -v q --nologo || { echo "0 passed, 1 failed"; exit 1; }

# Half of the time they wait. The longest one runs beside all others.
longest=P2PMiner.Grains.Tests
mapfile -t others < <(projects_but P2PMiner.EndToEnd.Tests $longest)
run_projects $longest &
run_projects "${others[@]}" &
wait

for name in "${others[@]}" $longest; do
    count_project "$name"
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
