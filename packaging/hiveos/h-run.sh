#!/usr/bin/env bash
# Run by HiveOS in a terminal of its own, until it ends it.
cd "$(dirname "$0")" || exit 1
. ./h-manifest.conf
[ -r "$CUSTOM_CONFIG_FILENAME" ] || { echo "h-run.sh: $CUSTOM_CONFIG_FILENAME is missing: apply the flight sheet again" >&2; exit 1; }

# As many words as they are, in one or more lines.
options=()
[ ! -r "${CUSTOM_CONFIG_FILENAME%.json}.options" ] || read -r -d '' -a options <"${CUSTOM_CONFIG_FILENAME%.json}.options"
mkdir -p "$(dirname "$CUSTOM_LOG_BASENAME")"
exec ./p2p-miner --config "$CUSTOM_CONFIG_FILENAME" --log-file "$CUSTOM_LOG_BASENAME.log" "${options[@]}"
