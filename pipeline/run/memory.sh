#!/bin/sh
# usage: memory.sh FOLDER EPOCH DIGEST...
# The epoch of each step's digest: `--fresh` sets a new one, every later call reads it, so that a fresh result
# (and not an older one) is what the cache answers from then on. An EPOCH of "-" only reads.
# A write that fails must be heard: later calls would take the older result without a word.
set -e
folder=$1 epoch=$2
shift 2
mkdir -p "$folder"
for digest in "$@"; do
  if [ "$epoch" != - ]; then
    new=$(mktemp "$folder/new.XXXXXX")
    echo "$epoch" >"$new"
    mv "$new" "$folder/$digest"
  fi
  if [ -f "$folder/$digest" ]; then echo "$digest $(cat "$folder/$digest")"; fi
done
