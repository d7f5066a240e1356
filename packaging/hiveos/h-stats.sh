#!/usr/bin/env bash
# Sourced by the agent of HiveOS each 10 s, which then reads khs (kH/s) and stats (JSON).
# shellcheck disable=SC2034
[ -n "${CUSTOM_API_PORT:-}" ] || . "$(dirname "${BASH_SOURCE[0]}")/h-manifest.conf"

khs=0
stats=null
if p2p_miner_summary=$(curl --silent --fail --connect-timeout 2 --max-time 5 "http://127.0.0.1:$CUSTOM_API_PORT/api.json"); then
    # A program of HiveOS; without it the temperature is left out.
    p2p_miner_temperature=$(cpu-temp 2>/dev/null | head -n 1 | tr -cd '0-9.')
    khs=$(jq -r '(.hashrate.total | map(select(. != null)) | first // 0) / 1000' <<<"$p2p_miner_summary")
    stats=$(jq -c --arg temperature "$p2p_miner_temperature" '{
        hs: [.hashrate.threads[] | .[0] // 0],
        hs_units: "hs",
        temp: [$temperature | tonumber?],
        fan: [],
        uptime: .uptime,
        ver: .version,
        ar: [.results.shares_good, .results.shares_total - .results.shares_good],
        algo: .algo,
        bus_numbers: [.hashrate.threads[] | null]
    }' <<<"$p2p_miner_summary")
fi
