#!/usr/bin/env bash
# Tries the packages of dist/ as a person would: builds them again from a clone in another folder and compares, asks lintian, and installs, runs, upgrades,
# removes and purges them in Debian 12 without .NET; the one for arm64 in an emulator. Needs root and Debian's packages; ends with "N passed, N failed".
# MIRROR may name where mmdebstrap gets Debian from.
set -uo pipefail
cd "$(dirname "$0")/../.."
. packaging/test/checks.sh
[ "$(id -u)" -eq 0 ] || { echo "test-deb: needs root, for a chroot of Debian 12" >&2; echo "0 passed, 1 failed"; exit 1; }

version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' Directory.Build.props)
scratch=$(mktemp -d)
emulator=/proc/sys/fs/binfmt_misc/p2p-miner-test-arm64
mounted=
registered=
end() {
    [ -z "$registered" ] || echo -1 >$emulator
    [ -z "$mounted" ] || umount /proc/sys/fs/binfmt_misc
    rm -rf "$scratch"
}
trap end EXIT

# --- the same bytes from a clone in another folder
same() {
    [ -z "$(git status --porcelain)" ] || { echo "not all is committed: a clone would differ"; return 1; }
    git clone -q . "$scratch/a/longer/way" && make -C "$scratch/a/longer/way" deb || return 1
    local architecture
    for architecture in amd64 arm64; do
        cmp "dist/p2p-miner_${version}_$architecture.deb" "$scratch/a/longer/way/dist/p2p-miner_${version}_$architecture.deb" || return 1
    done
    rm -rf "$scratch/a"
}
[ -n "${WITHOUT_CLONE:-}" ] || check "a clone in another folder gives the same bytes" same

# --- Debian 12
# A command in a chroot, with its own network that has nothing but the loopback, and its own processes.
inside() { # root, command...
    local root=$1
    shift
    unshare --net --mount --pid --fork --kill-child sh -c '
        ip link set lo up
        mount -t proc proc "$0/proc"
        exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive "$@"' "$root" "$@"
}
# Installs a package if one is named, starts the miner as a user, waits for a share and asks the console as another.
cat >"$scratch/mine.sh" <<'MINE'
miner=$1 asks=$2 package=$3
shift 3
export P2P_PRACTICEPOOL__STARTDIFFICULTY=100 "$@"
as() { export HOME="$(getent passwd "$1" | cut -d : -f 6)"; exec setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; }
[ -z "$package" ] || dpkg -i "$package" >/tmp/dpkg 2>&1 || { cat /tmp/dpkg; exit 1; }
getent passwd somebody >/dev/null || useradd --create-home somebody
as "$miner" p2p-miner --practice --bind 127.0.0.1 --randomx-mode light >/tmp/log 2>&1 &
process=$!
for i in $(seq 9000); do grep -q ' accepted ' /tmp/log && break; kill -0 $process || break; sleep 0.1; done
grep -m 1 ' accepted ' /tmp/log || { cat /tmp/log; exit 1; }
# An emulated node that hashes answers late.
for i in $(seq 20); do (as "$asks" p2p-console status) >/tmp/status 2>&1 && break; sleep 3; done
cat /tmp/status
grep -q 'H/s$' /tmp/status || exit 1
kill $process
wait $process || { echo "p2p-miner ended with $?"; tail /tmp/log; exit 1; }
MINE
mines() { # root, who mines, who asks, package or nothing, environment...
    cp "$scratch/mine.sh" "$1/tmp/"
    local root=$1 package=$4 start=$SECONDS
    shift
    inside "$root" bash /tmp/mine.sh "$@" || return 1
    echo "note  ${package:+dpkg -i of ${package##*/}, and }the first share took $((SECONDS - start)) s" >>"$scratch/notes"
}
present() { local root=$1 path; shift; for path; do [ -e "$root$path" ] || { echo "$path is not there"; return 1; }; done; }
absent() { local root=$1 path; shift; for path; do [ ! -e "$root$path" ] || { echo "$path is there"; return 1; }; done; }

# Installs, upgrades, removes and purges: the same for both architectures.
life() { # root, architecture, environment
    local root=$1 name="$2:" file=p2p-miner_${version}_$2.deb
    cp "dist/$file" "$root/tmp/"
    check "$name no .NET is there" absent "$root" /usr/bin/dotnet /usr/share/dotnet
    check "$name dpkg -i, p2p-miner --practice mines, p2p-console status answers" mines "$root" somebody somebody "/tmp/$file" $3
    check "$name the service's user mines, and root's console answers" mines "$root" p2p-miner root "" P2P_NODE__DATA=/var/lib/p2p-miner $3
    check "$name the data folder is the user's alone" inside "$root" sh -c 'test "$(stat -c "%a %U:%G" /var/lib/p2p-miner)" = "700 p2p-miner:p2p-miner"'
    check "$name the settings are the group's to read" inside "$root" sh -c 'test "$(stat -c "%a %U:%G" /etc/p2p-miner/orleans.json)" = "640 root:p2p-miner"'
    check "$name the user has no shell" inside "$root" sh -c 'getent passwd p2p-miner | grep -q ":/var/lib/p2p-miner:.*nologin$"'
    check "$name nothing is enabled" none "$(find "$root/etc/systemd" -name 'p2p-miner*' 2>/dev/null)"

    # An upgrade to a version that has other settings too.
    local next=$scratch/next-$2
    dpkg-deb -R "dist/$file" "$next"
    sed -i "s/^Version: .*/Version: $version+1/" "$next/DEBIAN/control"
    echo '// of the next version' >>"$next/etc/p2p-miner/orleans.json"
    rm -f "$next/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Znone -b "$next" "$root/tmp/next.deb" >/dev/null
    rm -rf "$next"
    echo '// mine' >>"$root/etc/p2p-miner/orleans.json"
    echo 'P2P_WEB__TOKEN=mine-0123456789abcdef' >>"$root/etc/default/p2p-miner"
    mkdir -p "$root/var/lib/p2p-miner"
    echo kept >"$root/var/lib/p2p-miner/kept"
    chroot "$root" chown p2p-miner:p2p-miner /var/lib/p2p-miner/kept
    # A made-up systemctl, that tells what it was asked.
    mkdir -p "$root/run/systemd/system" "$root/usr/local/bin"
    printf '#!/bin/sh\necho "$@" >>/tmp/asked\n' >"$root/usr/local/bin/systemctl"
    chmod +x "$root/usr/local/bin/systemctl"
    upgrade() { inside "$root" env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin dpkg --force-confold -i /tmp/next.deb; }
    check "$name an upgrade installs" upgrade
    check "$name it keeps the settings" grep -q '^// mine$' "$root/etc/p2p-miner/orleans.json"
    check "$name it keeps the environment" grep -q '^P2P_WEB__TOKEN=mine' "$root/etc/default/p2p-miner"
    check "$name it keeps who may read them" inside "$root" sh -c \
        'test "$(stat -c "%a %U:%G" /etc/p2p-miner/orleans.json /etc/default/p2p-miner | tr "\n" ,)" = "640 root:p2p-miner,600 root:root,"'
    check "$name it keeps the data" grep -qx kept "$root/var/lib/p2p-miner/kept"
    check "$name it restarts a service that runs, and starts nothing" \
        diff <(grep -E 'start|stop|enable' "$root/tmp/asked") <(echo 'try-restart p2p-miner.service')
    rm -r "$root/run/systemd/system" "$root/usr/local/bin/systemctl"

    check "$name dpkg -r" inside "$root" dpkg -r p2p-miner
    check "$name it takes the programs away" absent "$root" /usr/bin/p2p-miner /usr/bin/p2p-console /usr/lib/p2p-miner
    check "$name it keeps data and settings" present "$root" /var/lib/p2p-miner/kept /etc/p2p-miner/orleans.json /etc/default/p2p-miner
    touch "$root/etc/p2p-miner/setup.json"
    check "$name dpkg -P" inside "$root" dpkg -P p2p-miner
    check "$name nothing is left" none "$(find "$root" -xdev -name '*p2p-miner*' ! -path "$root/tmp/*" ! -path "$root/home/*" ! -path "$root/proc/*" ! -path "$root/var/log/*")"
    check "$name nor the user" inside "$root" sh -c '! getent passwd p2p-miner && ! getent group p2p-miner'
}

base() { # architecture, variant, more
    mmdebstrap --quiet --architectures="$1" --variant="$2" --include="$(needed "$1")" bookworm "$scratch/$1.tar" ${MIRROR:+"$MIRROR"} \
        && mkdir "$scratch/$1" && tar -C "$scratch/$1" --exclude './dev/*' -xf "$scratch/$1.tar"
}
# What the package names as needed, without versions, and of alternatives what Debian 12 has.
needed() { dpkg-deb -f "dist/p2p-miner_${version}_$1.deb" Depends | sed -E 's/ \([^)]*\)//g; s/libssl3t64 \| //; s/ //g'; }

for architecture in amd64 arm64; do
    check "$architecture: lintian finds no error" lintian --allow-root --fail-on error "dist/p2p-miner_${version}_$architecture.deb"
done

if check "amd64: Debian 12 with what the package needs" base amd64 minbase && [ -d "$scratch/amd64" ]; then
    mknod -m 666 "$scratch/amd64/dev/null" c 1 3; mknod -m 666 "$scratch/amd64/dev/urandom" c 1 9; mknod -m 666 "$scratch/amd64/dev/random" c 1 8
    life "$scratch/amd64" amd64 ""
    rm -rf "$scratch/amd64"
fi

# --- arm64, in an emulator that is registered for this test alone
register() {
    [ -e /proc/sys/fs/binfmt_misc/register ] || { mount -t binfmt_misc none /proc/sys/fs/binfmt_misc && mounted=1; } || return 1
    [ -z "$(grep -ls aarch64 /proc/sys/fs/binfmt_misc/* 2>/dev/null)" ] || return 0   # somebody did already
    # An ELF program for 64-bit ARM. F: the emulator is opened now, so that a chroot need not have it.
    printf '%s' ':p2p-miner-test-arm64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:'"$(command -v qemu-aarch64-static)"':F' \
        >/proc/sys/fs/binfmt_misc/register && registered=1
}
register
if check "arm64: Debian 12 with what the package needs, emulated" base arm64 minbase && [ -d "$scratch/arm64" ]; then
    mknod -m 666 "$scratch/arm64/dev/null" c 1 3; mknod -m 666 "$scratch/arm64/dev/urandom" c 1 9; mknod -m 666 "$scratch/arm64/dev/random" c 1 8
    # The emulator does not see that code is changed under another address of the same memory.
    life "$scratch/arm64" arm64 DOTNET_EnableWriteXorExecute=0
fi
[ ! -e "$scratch/notes" ] || cat "$scratch/notes"
finish
