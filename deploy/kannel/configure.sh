#!/bin/sh
# Writes Kannel's configuration from kannel.conf.in and one group of binds.conf.in for each bind, to the file named as $1.
#
# From the environment: USERNAME PASSWORD SERVICE_ADDRESSES POST_URL ADMIN_PASSWORD STATUS_PASSWORD, and for each name in
# BINDS ("east west") <NAME>_HOST <NAME>_PORT <NAME>_SYSTEM_ID <NAME>_SYSTEM_PASSWORD, with <NAME> in capitals. REDIS_HOST, REDIS_PORT
# and REDIS_PASSWORD keep reports in Redis, so that they survive this Kannel and another one can match them.
# Everything else has a default. Secrets come in the environment and go to a file that only Kannel's user reads.
set -eu
here=$(dirname "$0")
out=$1
umask 077

value() { eval "printf %s \"\${$1-}\""; }

# What stands in quotes in Kannel's configuration: it takes \\ and \" there for one sign.
quoted() { value "$1" | sed 's/[\\"]/\\&/g'; }

# ${NAME} in $1 becomes the variable NAME; one that is not set, or is more than a line, ends it.
filled() {
  for name in $(grep -o '\${[A-Z_]*}' "$1" | sort -u | tr -d '${}'); do
    eval "[ \"\${$name+set}\" ]" || { echo "configure: $name is not set" >&2; exit 1; }
    [ "$(value "$name" | wc -l)" -eq 0 ] || { echo "configure: $name has a line break" >&2; exit 1; }
  done
  awk '{
    while (match($0, /\$\{[A-Z_]+\}/)) {
      name = substr($0, RSTART + 2, RLENGTH - 3)
      value = ENVIRON[name]
      gsub(/[\\"]/, "\\\\&", value)
      printf "%s%s", substr($0, 1, RSTART - 1), value
      $0 = substr($0, RSTART + RLENGTH)
    }
    print
  }' "$1"
}

export ADMIN_PORT="${ADMIN_PORT:-13000}" ADMIN_INTERFACE="${ADMIN_INTERFACE:-127.0.0.1}" BOX_PORT="${BOX_PORT:-13001}"
export SENDSMS_PORT="${SENDSMS_PORT:-13013}" SENDSMS_INTERFACE="${SENDSMS_INTERFACE:-0.0.0.0}"
export SPOOL="${SPOOL:-/var/spool/kannel}" DLR_STORAGE="${DLR_STORAGE:-internal}"
export CALLS_AT_ONCE="${CALLS_AT_ONCE:-50}"
if [ -n "${REDIS_HOST:-}" ]; then DLR_STORAGE=redis; fi

: "${BINDS:?configure: BINDS names no bind}"
{
  filled "$here/kannel.conf.in"
  for bind in $BINDS; do
    big=$(printf %s "$bind" | tr 'a-z-' 'A-Z_')
    export BIND="$bind"
    for name in HOST PORT SYSTEM_ID SYSTEM_PASSWORD; do
      [ -n "$(value "${big}_$name")" ] || { echo "configure: ${big}_$name is not set" >&2; exit 1; }
      export "$name=$(value "${big}_$name")"
    done
    export SYSTEM_TYPE="$(value "${big}_SYSTEM_TYPE")"
    TLS="$(value "${big}_TLS")"; export TLS="${TLS:-false}"
    THROUGHPUT="$(value "${big}_THROUGHPUT")"; export THROUGHPUT="${THROUGHPUT:-50}"
    PENDING="$(value "${big}_PENDING")"; export PENDING="${PENDING:-10}"
    filled "$here/binds.conf.in"
  done
  if [ "$DLR_STORAGE" = redis ]; then
    printf '\ngroup = redis-connection\nid = reports\nhost = %s\nport = %s\n' "$REDIS_HOST" "${REDIS_PORT:-6379}"
    if [ -n "${REDIS_PASSWORD:-}" ]; then printf 'password = "%s"\n' "$(quoted REDIS_PASSWORD)"; fi
    printf 'max-connections = 4\n\ngroup = dlr-db\nid = reports\ntable = dlr\nfield-smsc = smsc\nfield-timestamp = ts\n'
    printf 'field-source = source\nfield-destination = destination\nfield-service = service\nfield-url = url\n'
    printf 'field-mask = mask\nfield-status = status\nfield-boxc-id = boxc\nttl = 259200\n'
  fi
} > "$out.part"
mv "$out.part" "$out"
