#!/bin/sh
# usage: commit.sh GITDIR FOLDER TREE
# Says which commit the files in TREE are: its hash, its date, where its repository is, then each file that is not the
# commit's below FOLDER. Files are compared by git's own hash of their bytes, and again with unix line ends; nothing
# that the repository configures (filters, hooks) is run. Files that are not there were left out by whoever called.
set -eu
git=$1 folder=$2 tree=$3
for name in $(env | sed -n 's/^\(GIT_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_OPTIONAL_LOCKS=0 GIT_NO_REPLACE_OBJECTS=1 LC_ALL=C
scratch=$(mktemp -d)
own=$scratch/git
format=$(git config --file "$git/config" extensions.objectFormat || echo sha1)
git init --quiet --bare --template= --object-format="$format" "$own"
printf '%s\n' "$git/objects" >"$own/objects/info/alternates"
cp -R "$git/refs/." "$own/refs"
for file in HEAD packed-refs shallow; do
  [ ! -f "$git/$file" ] || cp "$git/$file" "$own/$file"
done
export GIT_DIR="$own"
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
