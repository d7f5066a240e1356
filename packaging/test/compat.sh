#!/usr/bin/env bash
# One cluster of two versions during an upgrade: builds the commit that packaging/compat-base names, in build/compat-base, and runs RollingUpgradeTests with
# it and with this version. Needs root, network namespaces and the base in git's history. Ends with one line: "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
configuration=${1:-Release}
top=$PWD
base=$(grep -v '^#' packaging/compat-base)
folder=$top/build/compat-base
passed=0 failed=0

# fail WHY: ends this, as a failure.
fail() {
    echo "compat: $*" >&2
    echo "$passed passed, $((failed + 1)) failed"
    exit 1
}

git cat-file -e "$base^{commit}" 2>/dev/null || fail "commit $base of packaging/compat-base is not in this clone; git fetch --unshallow brings it"
git merge-base --is-ancestor "$base" HEAD || fail "commit $base of packaging/compat-base is not in this branch's history"
# The vectors are those that the base itself has, unless it is older than they are.
if git cat-file -e "$base:tests/vectors/compat/versions.txt" 2>/dev/null; then
    git diff --quiet "$base" -- tests/vectors/compat || fail "tests/vectors/compat is not what $base wrote: docs/dev/compatibility.md tells how the base moves"
fi

if [ "$(cat "$folder/built" 2>/dev/null)" != "$base" ]; then
    rm -rf "$folder"
    { git clone -q --shared --no-checkout . "$folder" && git -C "$folder" checkout -q "$base"; } || fail "no clone of $base"
    # The hashing library is the largest part of a build: this one's serves where its sources are the same.
    if git diff --quiet "$base" -- native ':!native/managed' ':!native/tests' ':!native/bench' ':!native/fuzz' && [ -f build/native/libp2ph.so ]; then
        mkdir -p "$folder/build/native" && cp build/native/libp2ph.so "$folder/build/native/"
    else
        make -C "$folder" native || fail "the hashing library of $base does not build"
    fi

    for program in silo client; do
        (cd "$folder" && dotnet publish $program -v q --nologo -c Release -o bin) || fail "$program of $base does not build"
    done
    echo "$base" >"$folder/built"
fi

dotnet build tests/EndToEnd -v q --nologo -c "$configuration" || fail "tests/EndToEnd does not build"
log=build/compat.log
COMPAT_BASE_MINER=$folder/bin/p2p-miner "artifacts/bin/P2PMiner.EndToEnd.Tests/${configuration,,}/P2PMiner.EndToEnd.Tests" \
    -noLogo -noColor -class "*RollingUpgradeTests" -showliveoutput | tee "$log"
[[ $(tail -n 1 "$log") =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]] || fail "RollingUpgradeTests did not run to its end"
failed=$((BASH_REMATCH[2] + BASH_REMATCH[3]))
passed=$((BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4] - BASH_REMATCH[5]))
[ "$((passed + failed))" -gt 0 ] || fail "RollingUpgradeTests was skipped: it needs root and network namespaces"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
