# Completion of @NAME@ for bash; made from @NAME@ --help.
@FUNCTION@() {
    local cur prev words cword
    _init_completion -n : || return
    # What may follow the program and each of its commands.
    local -A next=(
@TABLE@
    )
    case $prev in
        @FILES@) _filedir; return ;;
        @FOLDERS@) _filedir -d; return ;;
        @OTHERS@) return ;;
    esac
    local command=@NAME@ i
    for ((i = 1; i < cword; i++)); do
        [ -n "${next["$command ${words[i]}"]:-}" ] && command+=" ${words[i]}"
    done
    mapfile -t COMPREPLY < <(compgen -W "${next[$command]}" -- "$cur")
}
complete -F @FUNCTION@ @NAME@
