# Makes the completion for bash of what a program prints for --help: a line for each command with the words that may follow it, and the options
# whose values are files or folders. What commands with a help of their own print is in further files, named NAME-COMMAND.help.
# Variables: name, template.

function add(command, word) {
    if ((command, word) in seen) return
    seen[command, word] = 1
    if (!(command in words)) order[++commands] = command
    words[command] = words[command] " " word
}

# The words of a command at the start of a text, such as "cluster init" or "tune apply|restore"; each is also a word that may follow the one before.
function command_of(text,    part, count, i, j, alternatives, sub_command) {
    count = split(text, part, " ")
    current = ""; several = 0
    for (i = 1; i <= count && part[i] ~ /^[a-z][a-z0-9|-]*$/; i++) {
        alternatives = split(part[i], each, "|")
        for (j = 1; j <= alternatives; j++) add(current, each[j])
        if (alternatives > 1) { several = alternatives; break }
        current = current (current == "" ? "" : " ") part[i]
    }
}

function options_of(command, text,    option) {
    while (match(text, /(^|[ \[(|,])(--?[a-z0-9][a-z0-9-]*)/)) {
        option = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH); sub(/^[^-]/, "", option)
        add(command, option)
    }
}

# Adds the options of a text to the command whose help is read, and to those below it.
function options_below(command, text,    i) {
    for (i = 1; i <= commands; i++) if (index(order[i] " ", command " ") == 1) options_of(order[i], text)
}

NR == 1 { add("", "--help"); next }
FNR == 1 { page = FILENAME; sub(".*/" name "-", "", page); sub(/\.help$/, "", page); heading = ""; owner = "" }
/^[^ ]/ { heading = $0; owner = ""; next }

# p2p-miner lists its commands below Usage, p2p-console below headings of their own.
heading == "Usage" && index($0, "  " name " ") == 1 {
    text = substr($0, length(name) + 4); sub(/  .*/, "", text)
    command_of(text); owner = current
    if (owner != "") { options_of(owner, text); add(owner, "--help") }
    next
}
heading != "Usage" && heading != "Examples" && heading != "Exit codes" && heading != "Settings" && /^  [a-z]/ {
    text = $0; sub(/^ +/, "", text); sub(/  .*/, "", text)
    command_of(text); owner = current
    add(owner, "--help"); options_of(owner, $0)
    next
}

# An option of the program, or of the command above.
/^ +(-[a-z], )?--[a-z]/ && heading != "Usage" {
    text = $0; sub(/^ +/, "", text); sub(/  .*/, "", text)
    kind = text; sub(/.* /, "", kind)
    if (page == "") options_of(owner, text); else options_below(page, text)
    if (kind ~ /^[A-Z]/) {
        sub(/ [A-Z].*/, "", text); gsub(/, /, "|", text)
        target = kind == "FILE" ? "files" : kind == "DIR" ? "folders" : "others"
        list[target] = list[target] (list[target] == "" ? "" : "|") text
    }
    next
}
owner != "" { options_of(owner, $0) }

END {
    for (i = 1; i <= commands; i++) table = table "        [\"" name (order[i] == "" ? "" : " ") order[i] "\"]=\"" substr(words[order[i]], 2) "\"\n"
    sub(/\n$/, "", table)
    function_name = name; gsub(/-/, "_", function_name)
    for (target in list) if (list[target] == "") list[target] = "-"
    while ((getline line < template) > 0) {
        gsub(/@NAME@/, name, line); gsub(/@FUNCTION@/, "_" function_name, line)
        gsub(/@FILES@/, list["files"] == "" ? "@" : list["files"], line)
        gsub(/@FOLDERS@/, list["folders"] == "" ? "@" : list["folders"], line)
        gsub(/@OTHERS@/, list["others"] == "" ? "@" : list["others"], line)
        if (line ~ /@TABLE@/) line = table
        print line
    }
}
