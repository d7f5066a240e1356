# Completion of @NAME@ for bash. @NAME@ completion prints this file.
# shellcheck shell=bash
@FUNCTION@() {
    # By the program and each of its commands: the words that may follow, and the options.
    local -A next=(
@NEXT@
    )
    local -A options=(
@OPTIONS@
    )
    # By a command and one of its options: what its value may be. "? " before it: the value may be left out.
    local -A values=(
@VALUES@
    )
    local cur=${COMP_WORDS[COMP_CWORD]} command=@NAME@ value='' given='' words='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        value=${values["$command ${COMP_WORDS[i]}"]:-}
        if [ -n "$value" ]; then
            # bash makes a word of its own of each =.
            if [ "${COMP_WORDS[i + 1]}" = = ]; then
                value=${value#'? '}
                i=$((i + 1))
            fi
            [ $((i + 1)) -lt "$COMP_CWORD" ] || break
            [ "${value#'? '}" != "$value" ] || i=$((i + 1))
            value=''
        elif [ -z "${options_only:-}" ] && [ -n "${next["$command ${COMP_WORDS[i]}"]+there}" ]; then
            command+=" ${COMP_WORDS[i]}"
        fi
    done
    if [ "$cur" = = ]; then
        cur=''
    elif [[ $cur == --*=* ]]; then
        # Where COMP_WORDBREAKS has no =.
        given=${cur%%=*}
        value=${values["$command $given"]:-}
        value=${value#'? '}
        given+='=' cur=${cur#*=}
    fi
    COMPREPLY=()
    case $value in
        '<file>') mapfile -t COMPREPLY < <(compgen -f -P "$given" -- "$cur"); compopt -o filenames -o default 2>/dev/null ;;
        '<folder>') mapfile -t COMPREPLY < <(compgen -d -P "$given" -- "$cur"); compopt -o filenames -o dirnames 2>/dev/null ;;
        '<text>') ;;
        '' | '? '*)
            # A script that passes options on to @NAME@ sets options_only for its own completion.
            [ -n "${options_only:-}" ] || words=${next[$command]}
            case $cur in
                -*) words=${options[$command]} ;;
                *) words="${value#'? '} ${words:-${options[$command]}}" ;;
            esac
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$value" -P "$given" -- "$cur") ;;
    esac
}
complete -F @FUNCTION@ @NAME@
