#!/usr/bin/env bash
# make compat-base: moves the base whose messages and files later versions still read (docs/dev/compatibility.md). Records what this version writes into
# tests/vectors/compat; once that is committed, writes the commit's id into packaging/compat-base.
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=${1:-Release}

dotnet build tests/Silo -c "$configuration" -v q --nologo
COMPAT_RECORD=$PWD/tests/vectors/compat dotnet run --project tests/Silo -c "$configuration" --no-build -- -noLogo -noColor \
    -method "*CompatTests.Record_WhenAskedTo_WritesTheVectors"

# A node id is made at random: without anything else, it is no change.
git diff --quiet -- tests/vectors/compat ':!tests/vectors/compat/data.txt' && git checkout -q -- tests/vectors/compat
if [ -n "$(git status --porcelain)" ]; then
    echo "tests/vectors/compat is recorded. Commit it together with the change that older nodes cannot follow, then run make compat-base again."
    exit
fi

sed -i "s/^[0-9a-f]\{40\}$/$(git rev-parse HEAD)/" packaging/compat-base
echo "packaging/compat-base names $(git rev-parse --short HEAD) now. Commit it."
