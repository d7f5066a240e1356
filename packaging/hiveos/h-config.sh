#!/usr/bin/env bash
# Run by HiveOS when the flight sheet changes: writes the settings file from it. CUSTOM_URL has one or more pools, CUSTOM_TEMPLATE the wallet, CUSTOM_PASS the
# password, CUSTOM_ALGO what to mine, CUSTOM_USER_CONFIG more options of p2p-miner.
[ -n "${CUSTOM_CONFIG_FILENAME:-}" ] || . "$(dirname "${BASH_SOURCE[0]}")/h-manifest.conf"

p2p_miner_config() {
    local algorithm
    case ${CUSTOM_ALGO:-} in
        gr | ghostrider | raptoreum) algorithm=ghostrider ;;
        rx/2) algorithm=rx/2 ;;
        *) algorithm=randomx ;;
    esac

    # The password is in it.
    (
        umask 077
        jq -n --arg urls "${CUSTOM_URL:-}" --arg user "${CUSTOM_TEMPLATE:-}" --arg pass "${CUSTOM_PASS:-x}" --arg algorithm "$algorithm" \
            --argjson port "$CUSTOM_API_PORT" '{
                Pool: { Pools: [$urls | splits("[\\s,]+") | select(. != "") | { Url: ., User: $user, Pass: $pass }] },
                Node: { Algorithm: $algorithm, HttpPort: $port }
            }' >"$CUSTOM_CONFIG_FILENAME"
        printf '%s\n' "${CUSTOM_USER_CONFIG:-}" >"${CUSTOM_CONFIG_FILENAME%.json}.options"
    )
}

p2p_miner_config
