# Makes a manual page of what a program prints for --help, and of what commands with a help of their own print, from files named NAME.help and
# NAME-COMMAND.help. Variables: name, section, version, date, end (a file with what follows, in roff).
# The help has headings at the margin; below them terms with what they mean after two spaces or more, continued on lines that are indented further,
# or plain text.

function escape(text) {
    gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}

function term(what, meaning) { print ".TP\n.B " escape(what); if (meaning != "") print escape(meaning) }

NR == 1 {
    print ".TH " toupper(name) " " section " " date " \"" name " " version "\" P2PMiner"
    about = $0; sub("^" name " ", "", about); sub(/\.$/, "", about)
    print ".SH NAME\n" escape(name) " \\- " escape(about)
    next
}

FNR == 1 {
    command = FILENAME; sub(".*/" name "-", "", command); sub(/\.help$/, "", command)
    print ".SH COMMAND " toupper(command)
    heading = ""
}

/^[^ ]/ && (FNR > 1 || $0 !~ /\.$/) {
    heading = $0; rest = ""
    if (match($0, / \(/)) { heading = substr($0, 1, RSTART - 1); rest = substr($0, RSTART + 2); sub(/\)$/, "", rest) }
    if (heading == "Usage" && command == "") heading = "Synopsis"
    print (command == "" ? ".SH " toupper(heading) : ".SS " heading)
    if (rest != "") print toupper(substr(rest, 1, 1)) escape(substr(rest, 2)) "."
    next
}

/^$/ { next }

heading == "Exit codes" {
    count = split($0, codes, /   +/)
    for (i = 1; i <= count; i++) { sub(/^ +/, "", codes[i]); code = codes[i]; sub(/ .*/, "", code); term(code, substr(codes[i], length(code) + 2)) }
    next
}

{ match($0, /[^ ]/); indent = RSTART - 1 }

# An indented option belongs to the command above it.
indent <= 6 && match($0, /[^ ]  +[^ ]/) { what = substr($0, indent + 1, RSTART - indent); term(what, substr($0, RSTART + RLENGTH - 1)); next }

(heading == "Synopsis" || heading ~ /^(Usage|Examples?)$/) && indent == 2 { sub(/^ +/, ""); term($0, ""); next }

{ sub(/^ +/, ""); print escape($0) }

END { while ((getline line < end) > 0) print line }
