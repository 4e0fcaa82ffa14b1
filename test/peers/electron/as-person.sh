#!/bin/sh
# Starts the Electron named by SLUICE_ELECTRON with its sandbox on: root gets another uid in a user namespace, and --no-sandbox,
# which Playwright adds for root, is left out.
n=$#
while [ "$n" -gt 0 ]; do
  arg=$1; shift; n=$((n - 1))
  [ "$arg" = --no-sandbox ] || set -- "$@" "$arg"
done
if [ "$(id -u)" = 0 ]; then exec unshare --user --map-user=1000 --map-group=1000 -- "$SLUICE_ELECTRON" "$@"; fi
exec "$SLUICE_ELECTRON" "$@"
