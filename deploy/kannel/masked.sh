#!/bin/sh
# Runs a program under its own process id, with the secrets taken out of what it logs: Kannel writes whole addresses down when one of
# them does not answer, and the one for answers holds a name and a secret: https://name:secret@host/ is logged as https://***@host/, and
# password=secret as password=***.
#   masked.sh PROGRAM ARGUMENT...
set -eu
folder=$(mktemp -d)
mkfifo -m 600 "$folder/log"
# It ends when the program has closed its log, so that the last lines are kept, too.
(trap '' TERM INT HUP; exec sed -u -e 's#://[^/@[:space:]]*@#://***@#g' -e 's#\(pass[a-z]*=\)[^&[:space:]]*#\1***#g' <"$folder/log" >&2) &
exec 3>"$folder/log"
rm -r "$folder"
exec "$@" >&3 2>&3 3>&-
