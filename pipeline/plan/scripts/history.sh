#!/bin/sh
# usage: history.sh GITDIR FOLDER TARGET REPORT
# Writes every version of every file that any branch or tag ever held below FOLDER into TARGET, as BLOB/PATH, so that
# a scanner which reads folders reads the history; REPORT says how much that is. Git does the work in one process
# each: a list of all blobs becomes an index, and the index a work tree.
set -eu
git=$1 folder=$2 target=$3 report=$4
export GIT_DIR="$git" GIT_INDEX_FILE="$target.index" GIT_OPTIONAL_LOCKS=0 LC_ALL=C
most=10000000
mkdir -p "$target"
list="$target.list"
# Another user may own the repository: it is only read.
g() { command git -c safe.directory='*' -c core.quotePath=false -c core.longpaths=true "$@"; }
commits=$(g rev-list --count --all)
shallow=$(g rev-parse --is-shallow-repository)
g rev-list --objects --all -- "$folder" |
  g cat-file --batch-check='%(objecttype) %(objectname) %(objectsize) %(rest)' |
  awk '$1 == "blob" && NF > 3 { print }' >"$list"
awk -v most="$most" -v below="${folder%/}/" '$3 <= most {
    path = $0
    sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", path)
    if (index(path, below) == 1) path = substr(path, length(below) + 1)
    printf "100644 %s\t%s/%s\n", $2, substr($2, 1, 12), path
  }' "$list" |
  g update-index --index-info
g -c core.bare=false --work-tree="$target" checkout-index --all --force --prefix="$target/"
read=$(find "$target" -type f | wc -l)
skipped=$(awk -v most="$most" '$3 > most' "$list" | wc -l)
rm -f "$list" "$GIT_INDEX_FILE"
printf '{"version": 1, "shallow": %s, "commits": %d, "blobs": %d, "skipped": %d}\n' \
  "$shallow" "$commits" "$read" "$skipped" >"$report"
