# Makes a changelog in Debian's form of the sections of CHANGELOG.md for what is not released and for the version that is built.
# Variables: version, maintainer, date (RFC 2822).

function wrap(first, text,    count, words, line, i) {
    count = split(text, words, " ")
    line = first
    for (i = 1; i <= count; i++) {
        if (length(line) + 1 + length(words[i]) > 78) { print line; line = "   " }
        line = line " " words[i]
    }
    print line
}

function flush() { if (item != "") wrap("  *", item); item = "" }

BEGIN { print "p2p-miner (" version ") unstable; urgency=medium\n" }
/^## / { flush(); wanted = ($2 == "Unreleased" || $2 == version); next }
!wanted { next }
{
    gsub(/`/, "")
    while (match($0, /\[[^]]*\]\([^)]*\)/)) {
        text = substr($0, RSTART + 1, RLENGTH); sub(/\].*/, "", text)
        $0 = substr($0, 1, RSTART - 1) text substr($0, RSTART + RLENGTH)
    }
}
/^- / { flush(); item = substr($0, 3); next }
/^ / { sub(/^ +/, ""); item = item " " $0; next }
/^$/ { flush(); next }
{ flush(); sub(/:$/, ""); print "\n  [ " $0 " ]" }
END { flush(); print "\n -- " maintainer "  " date }
