#!/bin/sh
# usage: no-login.sh FILE
# Takes user names and passwords out of the addresses in a list of packages, also where a package URL encodes them: a
# lock file names what comes from elsewhere by its whole address.
set -eu
sed -E \
  -e 's#(https?://)[^/"[:space:]]*@#\1***@#g' \
  -e 's#(://)[^/"[:space:]:]*:[^/"[:space:]]*@#\1***@#g' \
  -e 's#(:%2F%2F)([^%"[:space:]]|%[013-9A-F][0-9A-F]|%2[0-9A-E])*%40#\1***%40#g' \
  "$1" >"$1.clean"
mv "$1.clean" "$1"
