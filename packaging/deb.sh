#!/usr/bin/env bash
# Builds the Debian packages dist/p2p-miner_VERSION_ARCHITECTURE.deb, for amd64 and arm64 or for those named, on an amd64 Debian. build/native/libp2ph.so
# is there already (make deb). With --quick, for tests, they are not compressed, and go to build/deb.
# Two clones of a commit give the same bytes: no path of the sources is in what is built, and every time is that of the commit.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

compression=(-Zxz --threads-max=1) # xz writes other bytes with more threads than one
target=dist
architectures=()
for argument in "$@"; do
    case $argument in
        --quick) compression=(-Znone) target=build/deb ;;
        amd64 | arm64) architectures+=("$argument") ;;
        *) echo "deb: '$argument' is not --quick, amd64 or arm64" >&2; exit 2 ;;
    esac
done
[ ${#architectures[@]} -gt 0 ] || architectures=(amd64 arm64)
[ "$(dpkg --print-architecture)" = amd64 ] || { echo "deb: packages are built on amd64" >&2; exit 1; }

version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' Directory.Build.props)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export LC_ALL=C TZ=UTC DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
umask 022
from=packaging/deb
work=build/deb
maintainer=$(sed -n 's/^Maintainer: //p' $from/control)

# Publishes both programs into one folder, with one runtime. What both bring is the same.
publish() { # amd64|arm64
    local rid=linux-x64 program
    [ "$1" = arm64 ] && rid=linux-arm64
    rm -rf "$work/$1"
    for program in silo client; do
        dotnet publish $program -v q --nologo -c Release -r $rid --self-contained -o "$work/$1/$program" -p:PublishReadyToRun=true \
            -p:ArtifactsPath="$PWD/$work/artifacts" -p:PathMap="$PWD=/p2p-miner" -p:CustomAfterMicrosoftCommonTargets="$PWD/$from/publish.targets"
    done
    local file
    for file in "$work/$1/client"/*; do
        if [ -e "$work/$1/silo/${file##*/}" ]; then
            cmp "$file" "$work/$1/silo/${file##*/}"
        else
            cp "$file" "$work/$1/silo/"
        fi
    done
    # Of no use to a program that serves no files; and what publish.targets already took out of the list of the runtime's files.
    rm -f "$work/$1/silo/"{p2p-miner.staticwebassets.endpoints.json,libcoreclrtraceptprovider.so}
    local strip=strip native=build/native
    if [ "$1" = arm64 ]; then
        strip=aarch64-linux-gnu-strip native=build/native-arm64
        # Without hwloc: the cross compiler has none for the other architecture, so that a machine is taken for one NUMA node.
        cmake -S native -B $native -DCMAKE_BUILD_TYPE=Release -DP2PH_TESTS=OFF -DCMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake >/dev/null
        cmake --build $native --parallel "$(nproc)" >/dev/null
    fi
    cp $native/libp2ph.so "$work/$1/silo/"
    $strip --strip-unneeded "$work/$1/silo/"{libp2ph,libe_sqlite3}.so
}

# The packages whose libraries the programs need, with the oldest versions that have what they call.
dependencies() { # folder
    local file library glibc glibcxx gcc=0 hwloc=0
    while read -r file; do
        for library in $(readelf -d "$file" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p'); do
            case $library in
                libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1 | ld-linux-*) ;;
                libstdc++.so.6) ;;
                libgcc_s.so.1) gcc=1 ;;
                libhwloc.so.15) hwloc=1 ;;
                *) [ -e "$1/$library" ] || { echo "deb: $file needs $library, of which packaging/deb.sh does not know the package" >&2; exit 1; } ;;
            esac
        done
    done < <(programs "$1")
    symbols() { programs "$1" | xargs readelf -V | grep -oE "Name: $2_[0-9.]+" | sed 's/.*_//' | sort -Vu | tail -n 1; }
    glibc=$(symbols "$1" GLIBC)
    glibcxx=$(symbols "$1" GLIBCXX)
    # The versions of GCC that brought these.
    case $glibcxx in
        3.4.22) glibcxx=6.1 ;;
        3.4.29) glibcxx=11 ;;
        3.4.30) glibcxx=12 ;;
        3.4.31) glibcxx=13 ;;
        3.4.32) glibcxx=13.2 ;;
        3.4.33) glibcxx=14 ;;
        *) echo "deb: GLIBCXX_$glibcxx: packaging/deb.sh does not know the version of libstdc++6" >&2; exit 1 ;;
    esac
    printf 'libc6 (>= %s), libstdc++6 (>= %s)' "$glibc" "$glibcxx"
    [ $gcc = 0 ] || printf ', libgcc-s1'
    [ $hwloc = 0 ] || printf ', libhwloc15'
    # The runtime opens it by name. Debian 13 and Ubuntu 24.04 call the package libssl3t64.
    printf ', libssl3t64 | libssl3, ca-certificates, passwd'
}

# What is machine code, by the first bytes.
programs() { # folder
    local file
    for file in "$1"/*; do
        [ "$(head -c 4 "$file" | tr -d '\0')" = $'\177ELF' ] && echo "$file"
    done
    true
}

# What the programs print for --help, for the manual pages, and their completion. Made once, by the programs for this machine.
helps() {
    local programs=$work/amd64/silo program command
    rm -rf $work/help
    mkdir $work/help
    for program in p2p-miner p2p-console; do
        "$programs/$program" --help >$work/help/$program.help
        "$programs/$program" completion >$work/help/$program.bash
    done
    for command in $(sed -nE '/^Commands$/,/^$/ s/^  ([a-z-]+) .*/\1/p' $work/help/p2p-miner.help); do
        "$programs/p2p-miner" "$command" --help >"$work/help/p2p-miner-$command.help"
    done
}

pack() { # amd64|arm64
    local tree=$work/tree-$1 program=$work/$1/silo name file
    local doc=$tree/usr/share/doc/p2p-miner
    rm -rf "$tree"
    mkdir -p "$tree"/{DEBIAN,etc/default,etc/p2p-miner,usr/bin,usr/lib,usr/lib/systemd/system,usr/lib/sysusers.d} \
        "$tree"/usr/share/{bash-completion/completions,lintian/overrides,man/man1,man/man8} "$doc"

    cp -r "$program" "$tree/usr/lib/p2p-miner"
    chmod 0644 "$tree"/usr/lib/p2p-miner/*
    chmod 0755 "$tree"/usr/lib/p2p-miner/{p2p-miner,p2p-console,createdump}
    for name in p2p-miner p2p-console; do
        ln -s ../lib/p2p-miner/$name "$tree/usr/bin/$name"
        install -m 0644 $work/help/$name.bash "$tree/usr/share/bash-completion/completions/$name"
    done
    # One script, whose name decides what it mines.
    for name in p2p-miner-unmineable-rx p2p-miner-unmineable-gr; do
        install -m 0755 $from/p2p-miner-unmineable "$tree/usr/bin/$name"
        install -m 0644 $from/completion-unmineable.bash "$tree/usr/share/bash-completion/completions/$name"
        gzip -9nc $from/p2p-miner-unmineable.1 >"$tree/usr/share/man/man1/$name.1.gz"
    done

    page() { # name section
        awk -v name="$1" -v section="$2" -v version="$version" -v date="$(date -d "@$SOURCE_DATE_EPOCH" +%F)" -v end="$from/$1.$2.end" -f $from/man.awk \
            $work/help/"$1".help $work/help/"$1"-*.help | gzip -9n >"$tree/usr/share/man/man$2/$1.$2.gz"
    }
    page p2p-miner 8
    page p2p-console 1

    install -m 0640 orleans.json "$tree/etc/p2p-miner/orleans.json"
    install -m 0600 $from/default "$tree/etc/default/p2p-miner"
    install -m 0644 $from/p2p-miner.service $from/p2p-miner-tune.service "$tree/usr/lib/systemd/system/"
    install -m 0644 $from/sysusers.conf "$tree/usr/lib/sysusers.d/p2p-miner.conf"
    install -m 0644 $from/lintian-overrides "$tree/usr/share/lintian/overrides/p2p-miner"
    install -m 0644 $from/README.Debian "$doc/"
    # The manual. What it links to outside of itself is elsewhere here.
    mkdir "$doc/guide" "$doc/reference"
    for name in guide reference; do
        for file in docs/$name/*.md; do
            sed 's|(\.\./\.\./CHANGELOG\.md)|(../changelog.gz)|; s|(\.\./\.\./orleans\.json)|(/etc/p2p-miner/orleans.json)|' "$file" >"$doc/${file#docs/}"
        done
    done
    install -D -m 0644 -t "$doc/guide/images" docs/guide/images/*.png
    $from/copyright.sh "$tree/usr/lib/p2p-miner" >"$doc/copyright"
    notices "$1" NETCore | gzip -9n >"$doc/dotnet-notices.gz"
    notices "$1" AspNetCore | gzip -9n >"$doc/aspnetcore-notices.gz"
    awk -v version="$version" -v maintainer="$maintainer" -v date="$(date -R -d "@$SOURCE_DATE_EPOCH")" -f $from/changelog.awk CHANGELOG.md \
        | gzip -9n >"$doc/changelog.gz"

    install -m 0644 $from/conffiles "$tree/DEBIAN/"
    install -m 0755 $from/{postinst,prerm,postrm} "$tree/DEBIAN/"
    local needed size
    needed=$(dependencies "$tree/usr/lib/p2p-miner")
    size=$(du -k --apparent-size -s "$tree" | cut -f 1)
    sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$1/; s/@SIZE@/$size/; s/@DEPENDS@/$needed/" $from/control >"$tree/DEBIAN/control"
    (cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    mkdir -p "$target"
    dpkg-deb --root-owner-group "${compression[@]}" --build "$tree" "$target/p2p-miner_${version}_$1.deb" >/dev/null
}

# The notices of a part of the runtime, from the NuGet package that the programs were published from.
notices() { # amd64|arm64 NETCore|AspNetCore
    local rid=linux-x64 found
    [ "$1" = arm64 ] && rid=linux-arm64
    found=$(sed -nE "s/.*\"runtimepack\.(Microsoft\.$2\.App\.Runtime\.$rid)\": \"(.*)\".*/\1\/\2/p" "$work/$1/silo/p2p-miner.deps.json" | head -n 1)
    cat "${NUGET_PACKAGES:-$HOME/.nuget/packages}/${found,,}/THIRD-PARTY-NOTICES.TXT"
}

[ -e build/native/libp2ph.so ] || { echo "deb: build/native/libp2ph.so is missing: run make native" >&2; exit 1; }
publish amd64
helps
packing=()
for architecture in "${architectures[@]}"; do
    [ "$architecture" = amd64 ] || publish "$architecture"
    pack "$architecture" &
    packing+=($!)
done
for process in "${packing[@]}"; do
    wait "$process"
done
for architecture in "${architectures[@]}"; do
    echo "deb: $target/p2p-miner_${version}_$architecture.deb"
done
