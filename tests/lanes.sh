# For check.sh and run.sh: runs test projects in lanes beside each other, and counts what they tell. Read by them, not run.
passed=0
failed=0
logs=build/test-logs
mkdir -p "$logs"

# Background jobs of a script do not get Ctrl-C: they are told by name, with all that they started.
trap 'trap - TERM; echo "stopped" >&2; kill 0' INT

# run_projects NAME...: one after the other, each into a log of its own, with a line when it is done. $filter: options for all of them.
run_projects() {
    for name in "$@"; do
        local from=$SECONDS
        # shellcheck disable=SC2086 # words on purpose
        "artifacts/bin/$name/${configuration,,}/$name" -noLogo -noColor ${filter:-} >"$logs/$name.log" 2>&1
        echo "$name: $((SECONDS - from)) s, $(tail -n 1 "$logs/$name.log")"
    done
}

# count_project NAME: adds its results to $passed and $failed, and shows what failed.
count_project() {
    local log=$logs/$1.log
    if [[ $(tail -n 1 "$log" 2>/dev/null) =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
        failed=$((failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
        passed=$((passed + BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4] - BASH_REMATCH[5]))
        grep -a -A 60 '\[FAIL\]' "$log" | head -n 240
    else
        tail -n 60 "$log"
        echo "$1 did not run to its end" >&2
        failed=$((failed + 1))
    fi
}

# The test projects but those named, by name.
projects_but() {
    local project
    for project in tests/*/*.Tests.csproj; do
        project=$(basename "$project" .csproj)
        [[ " $* " == *" $project "* ]] || echo "$project"
    done
}
