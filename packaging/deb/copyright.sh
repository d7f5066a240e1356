#!/usr/bin/env bash
# Writes the copyright file of a package in Debian's machine-readable form. For each program and library it finds the NuGet package that it came
# from, and for that the line of bundled.txt. Stops at a file of unknown origin, and at a package without a line.
# Usage: copyright.sh FOLDER [BUNDLED], the folder with the programs
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
bundled=${2:-$here/bundled.txt}

# The programs themselves and our library are in no deps.json, or not as files.
declare -A origin=([p2p-miner]=p2p-miner [p2p-console]=p2p-console [p2p-miner.dll]=p2p-miner [p2p-console.dll]=p2p-console [libp2ph.so]=P2PMiner.Native)
while IFS=$'\t' read -r file package; do
    origin[$file]=$package
done < <(awk '
    /^  "libraries"/ { exit }
    /^      "/ { split($0, part, "\""); sub("/.*", "", part[2]); package = part[2] }
    # An asset is a file, and has no path or one in the package.
    /^          "[^"]*\.(dll|so)": / || /^          "createdump": / { split($0, part, "\""); sub(".*/", "", part[2]); print part[2] "\t" package }
' "$folder/p2p-miner.deps.json" "$folder/p2p-console.deps.json")

mapfile -t lines < <(grep -v '^#' "$bundled")
declare -A files
for path in "$folder"/*; do
    file=${path##*/}
    case $file in *.json) continue ;; esac
    package=${origin[$file]:-}
    [ -n "$package" ] || { echo "copyright: $file comes from no package that a deps.json names" >&2; exit 1; }
    found=
    for at in "${!lines[@]}"; do
        read -ra patterns <<<"${lines[$at]%%|*}"
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053 # a pattern
            [[ $package == $pattern ]] && found=$at && break 2
        done
    done
    [ -n "$found" ] || { echo "copyright: the package $package has no line in packaging/deb/bundled.txt" >&2; exit 1; }
    files[$found]+=" usr/lib/p2p-miner/$file"$'\n'
done

cat <<'HEAD'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: P2PMiner
Comment: A self-contained program: it bundles the .NET runtime and the libraries it uses.

Files: *
Copyright: 2026 the P2PMiner authors
License: Expat
HEAD
for at in "${!lines[@]}"; do
    [ -n "${files[$at]:-}" ] || continue
    IFS='|' read -r patterns holder licence <<<"${lines[$at]}"
    read -r holder <<<"$holder"
    read -r licence <<<"$licence"
    printf '\nFiles:\n%sCopyright: %s\nLicense: %s\n' "${files[$at]}" "$holder" "$licence"
    case $patterns in
        runtimepack.*) printf 'Comment: What the runtime itself is made of is in dotnet-notices.gz and aspnetcore-notices.gz, beside this file.\n' ;;
        'Microsoft.Orleans.Dashboard '*) cat "$here/copyright.dashboard" ;;
    esac
done
echo
cat "$here/copyright.end"
