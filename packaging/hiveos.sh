#!/usr/bin/env bash
# Builds the custom miner for HiveOS, dist/p2p-miner-VERSION.tar.gz, from the folder of the programs: that of the Debian package for amd64 (make deb leaves it in
# build/deb/amd64/silo), which brings the .NET runtime.
# usage: packaging/hiveos.sh [FOLDER [TARGET]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
programs=${1:-$root/build/deb/amd64/silo}
target=${2:-$root/dist}
[ -x "$programs/p2p-miner" ] || { echo "hiveos: $programs/p2p-miner is missing: run make deb" >&2; exit 1; }

version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' "$root/Directory.Build.props")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/p2p-miner"
cp -r "$programs/." "$work/p2p-miner/"
# A settings file beside the program would be read; HiveOS writes its own.
rm -f "$work/p2p-miner/orleans.json"
sed "s/@VERSION@/$version/" "$here/hiveos/h-manifest.conf" >"$work/p2p-miner/h-manifest.conf"
install -m 0755 "$here"/hiveos/h-{config,run,stats}.sh "$work/p2p-miner/"
mkdir -p "$target"
# The same bytes for the same commit.
tar --create --gzip --file "$target/p2p-miner-$version.tar.gz" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}" p2p-miner
echo "hiveos: $target/p2p-miner-$version.tar.gz"
