#!/bin/sh
# usage: history.sh GITDIR FOLDER TARGET REPORT
# Writes every version of every file that any branch, tag or work tree ever held below FOLDER into TARGET, as BLOB/PATH,
# and all messages as messages/N, so that a scanner which reads folders reads the history; REPORT says how much that is.
# A version that had several paths lies under each of them: rules look at names too. Git does the work in one process
# each: a list of all changes becomes an index, and the index a work tree.
set -eu
git=$1 folder=$2 target=$3 report=$4
own="$target.git"
most=10000000
mkdir -p "$target"
. "${0%/*}/borrow.sh"
export GIT_INDEX_FILE="$target.index"
list="$target.list"
g() { command git -c core.quotePath=false -c core.longpaths=true "$@"; }
# A linked work tree may stand on a commit that no branch has, and keeps refs of its own (`git bisect`).
if [ -d "$git/worktrees" ]; then
  mkdir "$own/refs/worktrees"
  find "$git/worktrees" -type f \( -name HEAD -o -path '*/refs/*' \) -exec cat {} + >"$list.heads"
  awk -v to="$own/refs/worktrees/" \
    'length($0) >= 40 && !/[^0-9a-f]/ { file = to NR; print > file; close(file) }' "$list.heads"
fi
commits=$(g rev-list --count --all)
shallow=$(g rev-parse --is-shallow-repository)
# A copy of the source does not tell that its checkout is a part.
sparse=$(g config --file "$git/config.worktree" --bool core.sparseCheckout 2>/dev/null ||
  g config --file "$git/config" --bool core.sparseCheckout || echo false)
# With a path git leaves out the side of a merge that changed nothing in the end, and with it what was deleted there.
# No pipes: of those a shell sees the last exit code alone. Names may hold any byte but NUL: a line end is \001 below.
: >"$list.changes"
[ "$commits" -eq 0 ] || g log --all --full-history -m --root --raw -z --no-abbrev \
  --no-renames --no-show-signature --format= -- "$folder" >"$list.changes"
tr '\n\000' '\001\n' <"$list.changes" >"$list.lines"
# A submodule is a commit of another repository, and no blob.
: >"$list.modules"
below=$(printf '%s/' "${folder%/}" | tr '\n' '\001')
below="$below" awk -v modules="$list.modules" '
  BEGIN { below = ENVIRON["below"] }
  /^:/ && !named { mode = $2; blob = $4; named = 1; next }
  named {
    path = $0
    if (index(path, below) == 1) path = substr(path, length(below) + 1)
    if (mode == "160000") print path >modules
    else if (blob !~ /^0*$/) print blob " " path
    named = 0
  }
' "$list.lines" >"$list.named"
# As words of JSON: what could end one, or is no ASCII, is a question mark.
tr '"\\\001-\011\013-\037\177-\377' '?' <"$list.modules" | sort -u >"$list.words"
modules=$(awk '{ printf "%s\"%s\"", (NR > 1 ? ", " : ""), $0 }' "$list.words")
# A tag, or a tag of a tag, may name a file or a folder that no commit has.
g for-each-ref --format='%(refname)^{} %(refname)' >"$list.refs"
g cat-file --batch-check='%(objecttype) %(objectname) %(rest)' <"$list.refs" >"$list.tagged"
awk '$1 == "blob" { print $2 " " $3 }' "$list.tagged" >>"$list.named"
awk '$1 == "tree" { print $2 }' "$list.tagged" >"$list.trees"
while IFS= read -r tree; do
  g ls-tree -r -z "$tree" >"$list.tree"
  tr '\n\000' '\001\n' <"$list.tree" | sed -n 's/^1[02][0-7]* blob \([0-9a-f]*\)	/\1 /p' >>"$list.named"
done <"$list.trees"
sort -u "$list.named" >"$list.sorted"
cut -d ' ' -f 1 "$list.sorted" | uniq >"$list.blobs"
g cat-file --batch-check='%(objectname) %(objectsize)' <"$list.blobs" >"$list.sizes"
if grep -q ' missing$' "$list.sizes" "$list.tagged"; then
  echo "objects of the history are missing: the clone is a partial one, or damaged" >&2
  exit 5
fi
awk -v most="$most" '
  NR == FNR { size[$1] = $2; next }
  size[$1] <= most {
    short = substr($1, 1, 12)
    place = short (seen[$1]++ ? "." seen[$1] : "")
    print "100644 " $1 "\t" place "/" substr($0, length($1) + 2)
  }' "$list.sizes" "$list.sorted" >"$list.index"
tr '\n\001' '\000\n' <"$list.index" >"$list.records"
g update-index -z --index-info <"$list.records"
g -c core.bare=false --work-tree="$target" checkout-index --all --force --prefix="$target/"
read=$(wc -l <"$list.index")
find "$target" -type f ! -path "$target/.pipeline/*" -print0 >"$list.found"
laid=$(tr -dc '\000' <"$list.found" | wc -c)
if [ "$laid" -ne "$read" ]; then
  echo "$laid of $read versions of files could be written" >&2
  exit 5
fi
mkdir -p "$target/messages"
: >"$list.said"
[ "$commits" -eq 0 ] || g log --all --no-show-signature --format='commit %H%n%B' >"$list.said"
g for-each-ref --format='%(objecttype) %(objectname)' >"$list.refs"
awk '$1 == "tag" { print $2 }' "$list.refs" >"$list.tags"
while [ -s "$list.tags" ]; do
  g cat-file --batch <"$list.tags" >"$list.bodies"
  cat "$list.bodies" >>"$list.said"
  awk '$1 == "object" { of = $2 } $0 == "type tag" { print of }' "$list.bodies" >"$list.inner"
  sort -u "$list.inner" >"$list.tags"
done
# One control character near its start makes a file a binary one to Trivy, which passes over those.
tr -d '\000-\010\013-\037\177' <"$list.said" >"$list.plain"
awk -v to="$target/messages/" '{ print > (to int(NR / 50000)) }' "$list.plain"
skipped=$(awk -v most="$most" '$2 > most' "$list.sizes" | wc -l)
rm -rf "$list" "$list".* "$GIT_INDEX_FILE" "$own"
printf '{"version": 3, "shallow": %s, "sparse": %s, "commits": %d, "blobs": %d, "skipped": %d, "whole": %s, "submodules": [%s]}\n' \
  "$shallow" "$sparse" "$commits" "$read" "$skipped" "$([ "$folder" = . ] && echo true || echo false)" "$modules" >"$report"
