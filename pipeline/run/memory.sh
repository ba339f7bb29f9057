#!/bin/sh
# usage: memory.sh FOLDER EPOCH DIGEST...
# The epoch of each step's digest: `--fresh` sets a new one, every later call reads it, so that a fresh result
# (and not an older one) is what the cache answers from then on. An EPOCH of "-" only reads.
folder=$1 epoch=$2
shift 2
mkdir -p "$folder"
for digest in "$@"; do
  [ "$epoch" = - ] || { new=$(mktemp "$folder/new.XXXXXX") && echo "$epoch" >"$new" && mv "$new" "$folder/$digest"; }
  [ -f "$folder/$digest" ] && echo "$digest $(cat "$folder/$digest")"
done
exit 0
