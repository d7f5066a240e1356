#!/usr/bin/env bash
# Runs every test, native and managed, and ends with one line: "N passed, N failed". Exits 1 when one failed or a runner did not run.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
passed=0
failed=0
broken=0

# Adds up the numbers that a sed expression finds in a file.
sum() { echo $(($(sed -nE "$1" "$2" | paste -sd+ - | sed 's/^$/0/'))); }

# The layout of the code.
make format-check || failed=$((failed + 1))

# Native: once as shipped, once under the address and undefined-behaviour sanitizers, and without libraries once for ARMv8 in an emulator. A build keeps all cores
# busy and a test program one, so all is built first, and then the tests run beside each other and beside the managed build.
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
for variant in "${built[@]}"; do
    dir=${folder[$variant]}
    ctest --test-dir "$dir" -V >"$dir/ctest.log" 2>&1 &
done

# With the rules of .editorconfig: about a third more work for the compiler, which the daily build is spared.
dotnet build P2PMiner.sln -c "$configuration" -v q --nologo -p:EnforceCodeStyleInBuild=true
managed=$?

wait
for variant in "${built[@]}"; do
    log=${folder[$variant]}/ctest.log
    cat "$log"
    # GoogleTest's own count: "[  PASSED  ] 31 tests."
    good=$(sum 's/.*\[  PASSED  \] ([0-9]+) tests?\.$/\1/p' "$log")
    bad=$(sum 's/.*\[  FAILED  \] ([0-9]+) tests?, listed below:$/\1/p' "$log")
    grep -q '^100% tests passed' "$log" || [ "$bad" -gt 0 ] || broken=1   # a program that did not come to its count
    passed=$((passed + good)) failed=$((failed + bad))
done

# Managed: one project at a time, because several need both cores.
log=build/managed-tests.log
if [ $managed -eq 0 ]; then
    dotnet test --solution P2PMiner.sln -c "$configuration" --no-build --no-progress --max-parallel-test-modules 1 2>&1 | tee "$log"
    good=$(sed -nE 's/^ *succeeded: ([0-9]+)$/\1/p' "$log" | tail -n 1)
    bad=$(sed -nE 's/^ *failed: ([0-9]+)$/\1/p' "$log" | tail -n 1)
    [ -n "$good" ] && [ -n "$bad" ] || broken=1
    passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0}))

    # Once more at the end, where somebody looks who sees only that.
    grep -aE -A 60 '^failed |\[FAIL\]' "$log" | head -n 240
else
    broken=1
fi

[ $broken -eq 0 ] || { echo "a test runner did not run to its end: see above" >&2; failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
