#!/bin/sh
# usage: step.sh OUT KEEP SECONDS COMMAND...
# Runs one command of a step and leaves in OUT what is known about it: its log, its exit code, its times.
# The engine forgets the files of a command that failed, so a red OUT is copied to KEEP, a cache volume.
# A file and not `sh -c`: the command stays an argument list, nothing is ever quoted.
out=$1 keep=$2 limit=$3
shift 3
mkdir -p "$out"
[ -f "$out/started" ] || date +%s.%N >"$out/started"
pipe=$(mktemp -u)
mkfifo "$pipe"
tee -a "$out/log" <"$pipe" &
tee=$!
timeout -k 10 "$limit" "$@" >"$pipe" 2>&1 </dev/null
code=$?
# A server that the command left behind can hold the pipe open; its words do not count any more.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 "$tee" 2>/dev/null || break
  sleep 0.1
done
rm -f "$pipe"
# A linter that mends what it can ends with 1 when something is left over: what it mended counts.
[ "$code" -ne 1 ] || [ -z "${PIPELINE_TOLERATE:-}" ] || code=0
echo "$code" >"$out/exit"
date +%s.%N >"$out/ended"
if [ "$code" -ne 0 ]; then
  mkdir -p "${keep%/*}"
  find "${keep%/*}" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
  # Another run may fail on the same step at the same time: what it reads is whole, one's or the other's.
  copy=$(mktemp -d "$keep.XXXXXX")
  cp -R "$out/." "$copy/"
  rm -rf "$keep"
  mv "$copy" "$keep"
fi
exit "$code"
