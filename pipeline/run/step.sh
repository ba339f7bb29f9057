#!/bin/sh
# usage: step.sh OUT KEEP SECONDS COMMAND...
# Runs one command of a step and leaves in OUT what is known about it: its log, its exit code, when it ended, which
# number it has in the step, and how long all took so far, in milliseconds. SECONDS is for all of them together.
# The engine forgets the files of a command that failed, so a red OUT is copied to KEEP, in a cache volume.
# A file and not `sh -c`: the command stays an argument list, nothing is ever quoted.
out=$1 keep=$2 limit=$3
shift 3

milliseconds() {
  now=$(date +%s%N)
  # busybox knows no nanoseconds
  [ ${#now} -gt 12 ] && echo "${now%??????}" || echo "$(date +%s)000"
}

mkdir -p "$out"
# Commands that came from the cache ran at another time: what counts is what they took, not when they began.
spent=$(cat "$out/spent" 2>/dev/null || echo 0)
echo $(($(cat "$out/number" 2>/dev/null || echo 0) + 1)) >"$out/number"
left=$((limit - spent / 1000))
[ "$left" -gt 0 ] || left=1
began=$(milliseconds)
pipe=$(mktemp -u)
mkfifo "$pipe"
tee -a "$out/log" <"$pipe" &
tee=$!
timeout -k 10 "$left" "$@" >"$pipe" 2>&1 </dev/null
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
echo $((spent + $(milliseconds) - began)) >"$out/spent"
date +%s.%N >"$out/ended"
if [ "$code" -ne 0 ]; then
  mkdir -p "${keep%/*}"
  find "${keep%/*}" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
  # Another run may fail on the same step at the same time. Each has a folder of its own, and KEEP holds the name of
  # the last one: a file can be replaced in one go, a folder cannot.
  copy=$(mktemp -d "$keep.XXXXXX")
  cp -R "$out/." "$copy/"
  echo "${copy##*/}" >"$copy.name"
  mv -f "$copy.name" "$keep"
fi
exit "$code"
