#!/bin/sh
# usage: commit.sh GITDIR FOLDER TREE
# Says which commit the files in TREE are: its hash, its date, where its repository is, then each file that is not the
# commit's below FOLDER. Files are compared by git's own hash of their bytes, and again with unix line ends; nothing
# that the repository configures (filters, hooks) is run. Files that are not there were left out by whoever called.
set -eu
git=$1 folder=$2 tree=$3
scratch=$(mktemp -d)
own=$scratch/git
. "${0%/*}/borrow.sh"
git log -1 --format='%H%n%cI' HEAD
git config --file "$git/config" remote.origin.url || echo
part=HEAD
[ "$folder" = . ] || part="HEAD:$folder"
git -c core.quotePath=false ls-tree -r "$part" >"$scratch/list"
sed -n 's/^160000 [^	]*	//p' "$scratch/list" >"$scratch/modules"
sed -n 's/^1[02]0[0-7]* blob \([0-9a-f]*\)	/\1 /p' "$scratch/list" | sort >"$scratch/known"
cd "$tree"
find . \( -type f -o -type l \) | sed 's|^\./||' | sort >"$scratch/here"
while IFS= read -r path; do
  [ -L "$path" ] || printf '%s\n' "$path"
done <"$scratch/here" >"$scratch/files"
git hash-object --no-filters --stdin-paths <"$scratch/files" | paste -d ' ' - "$scratch/files" | sort >"$scratch/seen"
comm -23 "$scratch/seen" "$scratch/known" | cut -d ' ' -f 2- | while IFS= read -r path; do
  inside=$(while IFS= read -r module; do case "$path" in "$module"/*) echo yes ;; esac done <"$scratch/modules")
  [ -z "$inside" ] || continue
  unix=$(tr -d '\r' <"$path" | git hash-object --stdin)
  grep -qxF "$unix $path" "$scratch/known" || printf '%s\n' "$path"
done
rm -rf "$scratch"
