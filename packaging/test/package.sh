#!/usr/bin/env bash
# Builds the package for amd64, looks at what is in it, and mines with what it extracts to: as make test does it, without root and without
# installing anything. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
. packaging/test/checks.sh

packaging/deb.sh --quick amd64 || { echo "the package was not built" >&2; echo "0 passed, 1 failed"; exit 1; }
package=$(ls build/deb/p2p-miner_*_amd64.deb)
scratch=$(mktemp -d)
miner=
stop() { if [ -n "$miner" ]; then kill "$miner" 2>/dev/null; wait "$miner" 2>/dev/null; fi; rm -rf "$scratch"; }
trap stop EXIT
tree=$scratch/tree
dpkg-deb -x "$package" "$tree"
dpkg-deb -e "$package" "$scratch/control"
listing=$(dpkg-deb -c "$package")

# What is in it.
entry() { grep -qE "^$1 root/root .* \./$2$" <<<"$listing"; } # mode, path
check "settings: only root and the service may read them" entry -rw-r----- etc/p2p-miner/orleans.json
check "environment: only root may read it" entry -rw------- etc/default/p2p-miner
check "program" entry -rwxr-xr-x usr/lib/p2p-miner/p2p-miner
check "console" entry -rwxr-xr-x usr/lib/p2p-miner/p2p-console
check "native library" entry -rw-r--r-- usr/lib/p2p-miner/libp2ph.so
check "link of the program" entry lrwxrwxrwx 'usr/bin/p2p-miner -> \.\./lib/p2p-miner/p2p-miner'
for name in rx gr; do
    check "helper for unMineable, $name" entry -rwxr-xr-x "usr/bin/p2p-miner-unmineable-$name"
done
check "link of the console" entry lrwxrwxrwx 'usr/bin/p2p-console -> \.\./lib/p2p-miner/p2p-console'
for unit in p2p-miner p2p-miner-tune; do
    check "unit $unit" entry -rw-r--r-- "usr/lib/systemd/system/$unit.service"
done
check "user" entry -rw-r--r-- usr/lib/sysusers.d/p2p-miner.conf
check "all belongs to root" none "$(awk '$2 != "root/root"' <<<"$listing")"
links() { # of the manual, those that lead nowhere
    local page link
    for page in "$tree"/usr/share/doc/p2p-miner/*/*.md; do
        for link in $(grep -oE '\]\([^)#]+' "$page" | sed 's/^](//; /:\/\//d'); do
            case $link in /*) link=$tree$link ;; *) link=$(dirname "$page")/$link ;; esac
            [ -e "$link" ] || echo "${page##*/}: $link"
        done
    done
}
check "the manual is in it" test -s "$tree/usr/share/doc/p2p-miner/guide/README.md" -a -s "$tree/usr/share/doc/p2p-miner/reference/settings.md"
check "its links lead to what is in it" none "$(links)"
check "so is the page that the settings file names" test -e "$tree$(grep -oE '/usr/share/doc/[a-z0-9/-]+\.md' "$tree/etc/p2p-miner/orleans.json")"
check "the changelog tells of this version" grep -q '^  \* ' <(zcat "$tree/usr/share/doc/p2p-miner/changelog.gz")
check "nobody else may write" none "$(grep -E '^[-d].{4}w|^[-d].{7}w' <<<"$listing")"
check "no settings beside the program, which would hide those in /etc" test ! -e "$tree/usr/lib/p2p-miner/orleans.json"
check "no compiler and no symbols" none "$(grep -E 'Microsoft\.CodeAnalysis|\.pdb$' <<<"$listing")"
check "settings and environment are conffiles" diff <(printf '/etc/default/p2p-miner\n/etc/p2p-miner/orleans.json\n') "$scratch/control/conffiles"
check "the checksums are right" sh -c "cd '$tree' && md5sum --quiet -c '$scratch/control/md5sums'"
for script in postinst prerm postrm; do
    check "$script is a script" sh -n "$scratch/control/$script"
done
check "it depends on what its libraries need" grep -qE '^Depends: libc6 \(>= 2\.[0-9]+\), .*libhwloc15, libssl3t64 \| libssl3' "$scratch/control/control"

# A bundled library without a licence stops the build.
unknown() {
    grep -v '^Npgsql ' packaging/deb/bundled.txt >"$scratch/bundled.txt"
    ! packaging/deb/copyright.sh "$tree/usr/lib/p2p-miner" "$scratch/bundled.txt" 2>"$scratch/unknown" >/dev/null \
        && grep -q 'the package Npgsql has no line' "$scratch/unknown"
}
check "a bundled package without a licence is refused" unknown

# The manual pages have every option.
options() { env PATH= "$tree/usr/lib/p2p-miner/$1" --help | grep -oE '(^|[ (])--[a-z0-9][a-z0-9-]+' | tr -d ' (' | sort -u; }
in_page() { # program section
    comm -23 <(options "$1") <(zcat "$tree/usr/share/man/man$2/$1.$2.gz" | sed 's/\\-/-/g' | grep -oE '(^|[^-a-z])--[a-z0-9][a-z0-9-]+' | sed 's/^[^-]//' | sort -u)
}
check "p2p-miner(8) has every option" none "$(in_page p2p-miner 8)"
check "p2p-miner(8) begins with what it is" grep -qE '^p2p.-miner .- mines ' <(zcat "$tree/usr/share/man/man8/p2p-miner.8.gz")
check "p2p-miner(8) has the commands' own help" grep -q '^.SH COMMAND HASH$' <(zcat "$tree/usr/share/man/man8/p2p-miner.8.gz")
check "p2p-console(1) has every option" none "$(in_page p2p-console 1)"
# The completion, in bash. A command line is given as bash splits it, with each = as a word of its own; the last word is the one at the cursor.
completions=$tree/usr/share/bash-completion/completions
mkdir -p "$scratch/paths/folder"
touch "$scratch/paths/one.json" "$scratch/paths/two.json"
proposals() { # command line; prints what bash proposes
    # shellcheck disable=SC2016
    (cd "$scratch/paths" && bash --norc -c '
        set -u
        . "$1/$2"; shift
        function=$(complete -p "$1" | sed -E "s/.*-F ([^ ]+) .*/\1/")
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\n" "${COMPREPLY[@]}"' - "$completions" "$@") | sort | tr '\n' ' ' | sed 's/ $//'
    echo
}
completes() { # proposals, command line
    local expected=$1 found
    shift
    found=$(proposals "$@")
    check "completion of: $*" sh -c '[ "$1" = "$2" ] || { echo "proposes: $2"; false; }' - "$expected" "$found"
}
completes 'cluster' p2p-miner clu
completes 'cluster completion doctor hash help join setup tune' p2p-miner ''
completes 'apply restore status' p2p-miner tune ''
completes 'init' p2p-miner cluster i
completes '--data --help --replace -h' p2p-miner join ''
completes '--replace' p2p-miner join --rep
completes '--seed' p2p-miner hash --se
completes '--algo' p2p-miner --alg
completes 'auto master worker' p2p-miner --mode ''
completes 'worker' p2p-miner --mode = w
completes 'auto fast light partial' p2p-miner -t 4 --randomx-mode ''
completes 'auto fast light' p2p-miner hash --randomx-mode ''
completes 'ghostrider gr' p2p-miner -a g
completes 'monero' p2p-miner --algo mo
completes 'no yes' p2p-miner setup --huge-pages ''
completes 'one.json' p2p-miner --config on
completes 'folder one.json two.json' p2p-miner setup --join-token-file ''
completes 'folder' p2p-miner --data ''
completes '' p2p-miner --rig-id ''
completes 'switch' p2p-console pool sw
completes 'all' p2p-console pause ''
completes 'monero' p2p-console algo m
completes 'folder' p2p-console peers --data ''
completes '--tls-fingerprint --tls-strict' p2p-console pool add pool.example --tls
for word in you is the of it shows; do
    completes '' p2p-miner "$word"
    completes '' p2p-console "$word"
done
for name in rx gr; do
    completes '--region' p2p-miner-unmineable-$name DOGE ADDRESS --re
    completes 'asia ca eu us' p2p-miner-unmineable-$name --region ''
    completes 'eu' p2p-miner-unmineable-$name DOGE ADDRESS --region = e
    completes 'auto master worker' p2p-miner-unmineable-$name DOGE ADDRESS --mode ''
    completes '' p2p-miner-unmineable-$name DOGE ADDRESS --poo
    completes '' p2p-miner-unmineable-$name set
    completes 'one.json' p2p-miner-unmineable-$name DOGE ADDRESS --config on
    check "completion of p2p-miner-unmineable-$name: the options that it passes on" sh -c '
        for option in --threads --dry-run --user --region --help; do case " $1 " in *" $option "*) ;; *) echo "lacks $option"; exit 1 ;; esac; done
        for option in --pool --algo --practice -o -a; do case " $1 " in *" $option "*) echo "has $option"; exit 1 ;; esac; done' \
        - "$(proposals p2p-miner-unmineable-$name DOGE ADDRESS -)"
done
check "the completion of p2p-miner has every option" none "$(comm -23 <(options p2p-miner) <(proposals p2p-miner - | tr ' ' '\n' | sort))"
of_console() { (proposals p2p-console - && proposals p2p-console bench - && proposals p2p-console pool add - && proposals p2p-console rotate-key -) | tr ' ' '\n' | sort -u; }
check "the completion of p2p-console has every option" none "$(comm -23 <(options p2p-console) <(of_console))"
if command -v shellcheck >/dev/null; then
    check "the completions by shellcheck" shellcheck "$completions"/*
fi

# Mining with it: no .NET to be found, an own data folder, ports that are free.
free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=$((20000 + RANDOM % 30000))
until free $port && free $((port - 1)) && free $((port - 2)); do port=$((20000 + RANDOM % 30000)); done
alone=(env -i PATH= HOME="$scratch" P2P_DISCOVERY__ENABLED=false P2P_PRACTICEPOOL__STARTDIFFICULTY=100)
timeout 300 "${alone[@]}" "$tree/usr/bin/p2p-miner" --practice --bind 127.0.0.1 --randomx-mode light --data "$scratch/data" --port $port --http-port 0 >"$scratch/log" 2>&1 &
miner=$!
console() { "${alone[@]}" "$tree/usr/bin/p2p-console" --gateway "127.0.0.1:$((port - 1))" --data "$scratch/data" "$@"; }
mines() { eventually 120 sh -c "grep -q ' accepted ' '$scratch/log' || ! kill -0 $miner"; grep ' accepted ' "$scratch/log" || { cat "$scratch/log"; false; }; }
status() { console status >"$scratch/status" 2>&1; }
answers() { eventually 60 status || { cat "$scratch/status"; false; }; } # on a busy machine not within the five seconds that the console waits
check "p2p-miner --practice mines" mines
check "p2p-console status answers" answers
check "it prints a speed" grep -qE 'H/s' "$scratch/status"
kill "$miner"
wait "$miner"
check "p2p-miner ends when it is asked to" test $? -eq 0
miner=
finish
