#!/usr/bin/env bash
# Makes sure that what building needs is installed; with an argument also what is needed for tests (test), for the Debian packages (deb) or for
# their tests (test-deb). With root or sudo it installs what is missing; otherwise it names what is missing and stops.
set -euo pipefail

packages=(g++ cmake make git libhwloc-dev)
[ "${1:-}" = test ] && packages+=(clang-format iproute2 librandomx-dev libgtest-dev googletest g++-aarch64-linux-gnu qemu-user nlohmann-json3-dev monero postgresql python3 shellcheck systemd curl jq prometheus)
case ${1:-} in deb | test-deb) packages+=(g++-aarch64-linux-gnu) ;; esac
[ "${1:-}" = test-deb ] && packages+=(arch-test lintian mmdebstrap qemu-user-static)
# Ubuntu has Chromium as a snap only; there the tests with a browser are skipped.
[ "${1:-}" = test ] && grep -qx 'ID=debian' /etc/os-release && packages+=(chromium)

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    echo "deps: the .NET 10 SDK is missing: see https://dotnet.microsoft.com/download" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -v; then
        echo "deps: missing packages: ${missing[*]}" >&2
        echo "deps: install them as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "deps: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
