#!/bin/sh
# usage: manager.sh FOLDER PACKAGE ALGORITHM HASH [FILE]
# Installs a package manager of which package.json pins the hash: that of the package, or of one FILE in it.
set -eu
folder=$1 package=$2 algorithm=$3 pinned=$4 file=${5:-}
mkdir -p "$folder"
packed=$folder/$(npm pack --silent --pack-destination "$folder" "$package")
content() {
  if [ -n "$file" ]; then tar -xzOf "$packed" "$file"; else cat "$packed"; fi
}
found=$(content | node -e '
const hash = require("crypto").createHash(process.argv[1]);
process.stdin.on("data", (part) => hash.update(part)).on("end", () => console.log(hash.digest("hex")));
' "$algorithm")
if [ "$found" != "$pinned" ]; then
  echo "npm error code EINTEGRITY" >&2
  echo "npm error $package has the $algorithm $found, package.json pins $pinned" >&2
  exit 1
fi
npm install --global --ignore-scripts --prefix "$folder" "$packed"
