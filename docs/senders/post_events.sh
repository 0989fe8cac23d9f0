#!/bin/sh
# Post a file with an event, or a JSON list of up to 100, to Ringback: post_events.sh FILE
exec curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused --max-time 30 \
  --header "Content-Type: application/json" --header "X-Api-Key: $RINGBACK_KEY" \
  --data-binary "@$1" "$RINGBACK_URL/events"
