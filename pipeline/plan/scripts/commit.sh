#!/bin/sh
# usage: commit.sh GITDIR FOLDER TREE
# Says which commit the files in TREE are: its hash, its date, where its repository is, then each file that is not the
# commit's below FOLDER. Files are compared by git's own hash of their bytes, and again with unix line ends, links by
# where they lead; nothing that the repository configures (filters, hooks) is run. Files that are not there were left
# out by whoever called. Names may hold any byte but NUL: a line end is \001 below.
set -eu
git=$1 folder=$2 tree=$3
scratch=$(mktemp -d)
own=$scratch/git
. "${0%/*}/borrow.sh"
git log -1 --format='%H%n%cI' HEAD
origin=$(git config --file "$git/config" remote.origin.url || true)
printf '%s\n' "$origin" | head -n 1
part=HEAD
[ "$folder" = . ] || part="HEAD:$folder"
git ls-tree -r -z "$part" >"$scratch/tree"
tr '\n\000' '\001\n' <"$scratch/tree" >"$scratch/list"
sed -n 's/^160000 [^	]*	//p' "$scratch/list" >"$scratch/modules"
sed -n 's/^120000 blob \([0-9a-f]*\)	/\1 /p' "$scratch/list" >"$scratch/links"
# Where a file system has no links, they are files with the same bytes.
sed -n 's/^1[02]0[0-7]* blob \([0-9a-f]*\)	/\1 /p' "$scratch/list" | sort >"$scratch/known"
cd "$tree"
here() {
  find . -type "$1" -print0 >"$scratch/found"
  tr '\n\000' '\001\n' <"$scratch/found" | sed 's|^\./||' | sort
}
real() { printf '%sx' "$1" | tr '\001' '\n'; }
tell() {
  while IFS= read -r module; do
    case "$1" in "$module"/*) return ;; esac
  done <"$scratch/modules"
  printf '%s' "$1" | tr '\001-\037\177' '?'
  echo
}
here f >"$scratch/files"
# Git reads a name in quotes as C would.
awk '{ gsub(/[\\"]/, "\\\\&"); gsub(/\001/, "\\n"); gsub(/\r/, "\\r"); print "\"" $0 "\"" }' \
  "$scratch/files" >"$scratch/quoted"
git hash-object --no-filters --stdin-paths <"$scratch/quoted" >"$scratch/hashes"
paste -d ' ' "$scratch/hashes" "$scratch/files" | sort >"$scratch/seen"
comm -23 "$scratch/seen" "$scratch/known" | cut -d ' ' -f 2- | while IFS= read -r path; do
  name=$(real "$path")
  unix=$(tr -d '\r' <"${name%x}" | git hash-object --stdin)
  grep -qxF -e "$unix $path" "$scratch/known" || tell "$path"
done
here l >"$scratch/linked"
while IFS= read -r path; do
  name=$(real "$path")
  leads=$(readlink -n -- "${name%x}" | git hash-object --stdin)
  grep -qxF -e "$leads $path" "$scratch/links" || tell "$path"
done <"$scratch/linked"
rm -rf "$scratch"
