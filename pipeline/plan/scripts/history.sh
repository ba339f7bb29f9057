#!/bin/sh
# usage: history.sh GITDIR FOLDER TARGET REPORT
# Writes every version of every file that any branch or tag ever held below FOLDER into TARGET, as BLOB/PATH, so that
# a scanner which reads folders reads the history; REPORT says how much that is. Git does the work in one process
# each: a list of all blobs becomes an index, and the index a work tree. It does so in a repository of our own that
# borrows the objects: hooks, filters, attributes and replaced objects of GITDIR would run programs and change texts.
set -eu
git=$1 folder=$2 target=$3 report=$4
own="$target.git"
# A hook of the caller's says which objects and refs it means; here they are those of GITDIR.
for name in $(env | sed -n 's/^\(GIT_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export GIT_DIR="$own" GIT_INDEX_FILE="$target.index" GIT_OPTIONAL_LOCKS=0 GIT_NO_REPLACE_OBJECTS=1 LC_ALL=C
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1
most=10000000
mkdir -p "$target"
list="$target.list"
g() { command git -c core.quotePath=false -c core.longpaths=true "$@"; }
format=$(g config --file "$git/config" extensions.objectFormat || echo sha1)
g init --quiet --bare --template= --object-format="$format" "$own"
printf '%s\n' "$git/objects" >"$own/objects/info/alternates"
cp -R "$git/refs/." "$own/refs"
for file in HEAD packed-refs shallow; do
  [ ! -f "$git/$file" ] || cp "$git/$file" "$own/$file"
done
commits=$(g rev-list --count --all)
shallow=$(g rev-parse --is-shallow-repository)
# With a path git leaves out the side of a merge that changed nothing in the end, and with it what was deleted there.
# No pipes: of those a shell sees the last exit code alone.
g rev-list --objects --all --full-history -- "$folder" >"$list.objects"
g cat-file --batch-check='%(objecttype) %(objectname) %(objectsize) %(rest)' <"$list.objects" >"$list.named"
if grep -q ' missing$' "$list.named"; then
  echo "objects of the history are missing: the clone is a partial one, or damaged" >&2
  exit 5
fi
awk '$1 == "blob" && NF > 3 { print }' "$list.named" >"$list"
awk -v most="$most" -v below="${folder%/}/" '$3 <= most {
    path = $0
    sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", path)
    if (index(path, below) == 1) path = substr(path, length(below) + 1)
    printf "100644 %s\t%s/%s\n", $2, substr($2, 1, 12), path
  }' "$list" >"$list.index"
g update-index --index-info <"$list.index"
g -c core.bare=false --work-tree="$target" checkout-index --all --force --prefix="$target/"
read=$(wc -l <"$list.index")
laid=$(find "$target" -type f ! -path "$target/.pipeline/*" | wc -l)
if [ "$laid" -ne "$read" ]; then
  echo "$laid of $read versions of files could be written" >&2
  exit 5
fi
skipped=$(awk -v most="$most" '$3 > most' "$list" | wc -l)
rm -rf "$list" "$list.objects" "$list.named" "$list.index" "$GIT_INDEX_FILE" "$own"
printf '{"version": 1, "shallow": %s, "commits": %d, "blobs": %d, "skipped": %d}\n' \
  "$shallow" "$commits" "$read" "$skipped" >"$report"
