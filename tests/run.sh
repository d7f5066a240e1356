#!/usr/bin/env bash
# Runs every test, native and managed, and ends with one line: "N passed, N failed". Exits 1 when one failed or a runner did not run.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
broken=0
# shellcheck source=tests/lanes.sh
. tests/lanes.sh

# phase WHAT: says how long the one before took.
phase() {
    [ -z "${doing:-}" ] || echo "$doing: $((SECONDS - since)) s"
    doing=$1 since=$SECONDS
}

phase "the layout of the code"
make format-check || failed=$((failed + 1))

# Native: once as shipped, once under the address and undefined-behaviour sanitizers, and without libraries once for ARMv8 in an emulator.
phase "native builds"
declare -A options=([plain]="-DCMAKE_BUILD_TYPE=Release -DP2PH_BENCH=ON -DP2PH_FUZZ=ON" [sanitize]="-DCMAKE_BUILD_TYPE=RelWithDebInfo -DP2PH_SANITIZE=ON"
    [aarch64]="-DCMAKE_BUILD_TYPE=Release -DCMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake")
declare -A folder=([plain]=build/native [sanitize]=build/native-tests-sanitize [aarch64]=build/native-tests-aarch64)
built=()
for variant in plain sanitize aarch64; do
    dir=${folder[$variant]}
    # shellcheck disable=SC2086 # words on purpose
    cmake -S native -B "$dir" -DP2PH_TESTS=ON ${options[$variant]} >/dev/null && cmake --build "$dir" --parallel "$(nproc)" \
        && built+=("$variant") || broken=1
done

# With the rules of .editorconfig: about a third more work for the compiler, which the daily build is spared.
phase "managed build"
dotnet build P2PMiner.sln -c "$configuration" -v q --nologo -p:EnforceCodeStyleInBuild=true && mapfile -t managed < <(projects_but) || { managed=() broken=1; }

# The programs and networks of EndToEnd wait for most of their time, so all else runs beside them: first the native tests, each of which keeps one
# core busy, then one project after the other. The native ones give way, as the hashing threads of the programs do.
phase "all tests"
native_tests() {
    for variant in "${built[@]}"; do
        (
            from=$SECONDS
            nice -n 10 ctest --test-dir "${folder[$variant]}" -V >"${folder[$variant]}/ctest.log" 2>&1
            echo "native, $variant: $((SECONDS - from)) s, $(grep -a '% tests passed' "${folder[$variant]}/ctest.log")"
        ) &
    done
    wait
}
# The Debian package: what is in it, and mining from it.
package=build/package-test.log
package_test() {
    local from=$SECONDS
    nice -n 10 packaging/test/package.sh >"$package" 2>&1
    echo "package: $((SECONDS - from)) s, $(tail -n 1 "$package")"
}
programs=P2PMiner.EndToEnd.Tests
others=()
[ ${#managed[@]} -eq 0 ] || { mapfile -t others < <(projects_but "$programs"); run_projects "$programs" & }
{ native_tests; run_projects "${others[@]}"; package_test; } &
wait
phase ""

for variant in "${built[@]}"; do
    log=${folder[$variant]}/ctest.log
    # GoogleTest's own count: "[  PASSED  ] 31 tests."
    good=$(sed -nE 's/.*\[  PASSED  \] ([0-9]+) tests?\.$/\1/p' "$log" | paste -sd+ - | sed 's/^$/0/')
    bad=$(sed -nE 's/.*\[  FAILED  \] ([0-9]+) tests?, listed below:$/\1/p' "$log" | paste -sd+ - | sed 's/^$/0/')
    grep -q '^100% tests passed' "$log" || { tail -n 200 "$log"; [ $((bad)) -gt 0 ] || broken=1; }   # a program that did not come to its count
    passed=$((passed + good)) failed=$((failed + bad))
done

read -r good bad < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$package" | tail -n 1)
[ "${bad:-1}" -eq 0 ] || grep -av '^ok ' "$package" | tail -n 200
[ -n "${good:-}" ] || broken=1
passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0}))

for name in "${managed[@]}"; do
    count_project "$name"
done

[ $broken -eq 0 ] || { echo "a test runner did not run to its end: see above" >&2; failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
