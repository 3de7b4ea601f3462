#!/usr/bin/env bash
# Start a Docker daemon where none answers, installing one first on Debian. stop-daemon.sh ends what was started here.

set -euo pipefail
state=/var/lib/roundtrip-dockerd

if docker info >/dev/null 2>&1; then
    exit 0
fi
mkdir -p "$state"
[ -e /sys/class/net/docker0 ] || touch "$state/makes-bridge"
if ! command -v dockerd >/dev/null; then
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q docker.io >/dev/null
    sleep 2
    if docker info >/dev/null 2>&1; then  # the package starts its daemon where it can
        cp /var/run/docker.pid "$state/pid"
        exit 0
    fi
fi
# The tests only reach ports of containers from this machine, which docker-proxy forwards: the packet filter and the
# kernel's forwarding, which nothing would set back afterwards, are left alone.
nohup dockerd --data-root "$state/data" --exec-root "$state/exec" --pidfile "$state/pid" \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false >"$state/log" 2>&1 </dev/null &
for _ in $(seq 100); do
    docker info >/dev/null 2>&1 && exit 0
    sleep 0.2
done
tail -n 20 "$state/log" >&2
echo "dockerd does not answer" >&2
exit 1
