# Completion of p2p-miner-unmineable-rx and -gr for bash: their own options, and those that they pass on to p2p-miner, whose completion lies beside this.
# shellcheck shell=bash
# shellcheck source=/dev/null
declare -F _p2p_miner >/dev/null || . "${BASH_SOURCE[0]%/*}/p2p-miner"
_p2p_miner_unmineable() {
    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} word words=()
    # Read by _p2p_miner, which would propose commands.
    # shellcheck disable=SC2034
    local options_only=yes
    # bash makes a word of its own of each =.
    [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
    [ "$cur" != = ] || cur=''
    if [ "$before" = --region ]; then
        mapfile -t COMPREPLY < <(compgen -W 'us ca eu asia' -- "$cur")
        return
    fi
    _p2p_miner
    for word in "${COMPREPLY[@]}"; do
        case $word in
            -o | --pool | -a | --algo | --practice) ;; # the script refuses them
            *) words+=("$word") ;;
        esac
    done
    # Where other options fit too.
    [[ --region != "$cur"* || ($cur != --r* && ${words[0]-} != -*) ]] || words+=(--region)
    COMPREPLY=("${words[@]}")
}
complete -F _p2p_miner_unmineable p2p-miner-unmineable-rx p2p-miner-unmineable-gr
