#!/usr/bin/env bash
# End the daemon that start-daemon.sh started, with its containers and images. Does nothing when it started none.

set -euo pipefail
state=/var/lib/roundtrip-dockerd

[ -f "$state/pid" ] || exit 0
docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
pid=$(cat "$state/pid")
kill "$pid"
for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
grep -F " $state/" /proc/mounts | awk '{ print $2 }' | sort -r | xargs --no-run-if-empty umount --lazy || true
rm -rf "$state"
