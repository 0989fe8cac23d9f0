#!/bin/sh
# In the container: bearerbox and smsbox side by side; when one ends, both do, and whoever runs the container starts it anew.
set -eu
conf=${CONF:-/run/kannel/kannel.conf}
mkdir -p "$(dirname "$conf")" "${SPOOL:-/var/spool/kannel}"
"$(dirname "$0")/configure.sh" "$conf"
masked="$(dirname "$0")/masked.sh"
"$masked" bearerbox -v 2 "$conf" & bearer=$!
# A first SIGTERM makes bearerbox empty its queues, which takes as long as the SMSC does; the second is meant.
stop() { kill -TERM $bearer 2>/dev/null || true; sleep "${DRAIN_SECONDS:-10}"; kill -TERM $bearer $box 2>/dev/null || true; }
box=
trap stop TERM INT
n=0
until wget -q -O /dev/null "http://127.0.0.1:${ADMIN_PORT:-13000}/status.txt?password=$STATUS_PASSWORD"; do
  n=$((n + 1)); [ $n -lt 60 ] || exit 1
  sleep 0.5
done
"$masked" smsbox -v 2 "$conf" & box=$!
while kill -0 $bearer 2>/dev/null && kill -0 $box 2>/dev/null; do sleep 1; done
kill -TERM $bearer $box 2>/dev/null || true
sleep 1
kill -KILL $bearer $box 2>/dev/null || true
exit 1
