#!/bin/sh
# usage: answer.sh FILE WANTED COMMAND...
# Keeps what a command prints in FILE. Many auditors end with 1 over findings, which is an answer; one without the
# text WANTED is none, whatever the exit code says. A failed command is run again next time, an answer is kept.
file=$1 wanted=$2
shift 2
"$@" >"$file"
code=$?
if grep -q -e "$wanted" "$file"; then
  [ "$code" -gt 1 ] || exit 0
  exit "$code"
fi
echo "no answer (exit code $code):" >&2
head -c 4000 "$file" >&2
exit 5
