#!/bin/sh
# Runs a program under its own process id, with secrets and numbers taken out of what it logs: Kannel writes whole addresses down when one
# of them does not answer, and the one for answers holds a name and a secret: https://name:secret@host/ is logged as https://***@host/, and
# password=secret as password=***. Of a part that is late, double or no part, and of a report on a text that it does not know, it writes down
# whose it is: +8613900000001 is logged as ***01.
#   masked.sh PROGRAM ARGUMENT...
set -eu
folder=$(mktemp -d)
mkfifo -m 600 "$folder/log"
# It ends when the program has closed its log, so that the last lines are kept, too.
(trap '' TERM INT HUP; exec sed -u -e 's#://[^/@[:space:]]*@#://***@#g' -e 's#\(pass[a-z]*=\)[^&[:space:]]*#\1***#g' \
  -e 's#\(^\|[^0-9A-Za-z=+_-]\)+\{0,1\}[0-9]\{6,\}\([0-9][0-9]\)#\1***\2#g' <"$folder/log" >&2) &
exec 3>"$folder/log"
rm -r "$folder"
exec "$@" >&3 2>&3 3>&-
