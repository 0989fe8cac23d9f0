#!/bin/sh
# 0 when smsbox is connected to bearerbox and at least one SMSC is bound.
set -eu
status=$(wget -q -T 5 -O - "http://127.0.0.1:${ADMIN_PORT:-13000}/status.txt?password=$STATUS_PASSWORD")
echo "$status" | grep -q 'smsbox:' && echo "$status" | grep -q '(online'
