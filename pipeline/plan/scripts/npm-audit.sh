#!/bin/sh
# usage: npm-audit.sh ANSWER OUT CANARY FOLDER [FLAG...]
# Asks about a package that everybody knows to be vulnerable, then about those of FOLDER, at the same registry: the
# one that holds in this folder, whoever names it. A call that failed at once is made again, since npm itself does not
# do that; one that nobody answered is not, it would take as long again.
set -u
answer=$1 out=$2 canary=$3 folder=$4
shift 4
# A line of .npmrc (or NODE_ENV) leaves packages out of the answer, and npm counts them all the same. One that names a
# workspace cannot be taken back: npm refuses it in both calls below, and the audit is unavailable instead of half.
set -- --include=dev --include=optional --include=peer --offline=false "$@"
if ! registry=$(npm config get registry "$@"); then
  why="npm does not say which registry it asks; it does not where .npmrc names a workspace"
  printf '{"error": {"summary": "%s"}}\n' "$why" >"$out/canary.json"
  exit 5
fi
ask() {
  file=$1 wanted=$2
  shift 2
  for wait in 1 3 0; do
    began=$(date +%s)
    sh "$answer" "$file" "$wanted" npm audit --json --package-lock-only --workspaces=false --fetch-retries=0 \
      --registry="$registry" "$@" &&
      return 0
    [ $(($(date +%s) - began)) -lt 15 ] || return 5
    [ "$wait" = 0 ] || sleep "$wait"
  done
  return 5
}
elsewhere() { prefix=$1 && shift && ask "$@" --prefix "$prefix" --globalconfig "$PWD/.npmrc"; }
elsewhere "$canary" "$out/canary.json" '"name": "lodash"' "$@" || exit 5
if [ "$folder" = . ]; then
  ask "$out/audit.json" '"auditReportVersion"' "$@"
else
  elsewhere "$folder" "$out/audit.json" '"auditReportVersion"' "$@"
fi
