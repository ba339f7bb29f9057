# Read by scripts that ask about a repository: `git`, its git folder, and `own`, where to put another one that borrows
# its objects and refs. Hooks, filters, attributes and replaced objects of `git` would run programs and change texts.
# A hook of the caller's says which objects and refs it means; here they are those of `git`.
for name in $(env | sed -n 's/^\(GIT_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export GIT_DIR="$own" GIT_OPTIONAL_LOCKS=0 GIT_NO_REPLACE_OBJECTS=1 LC_ALL=C
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 GIT_LITERAL_PATHSPECS=1
format=$(git config --file "$git/config" extensions.objectFormat || echo sha1)
git init --quiet --bare --template= --object-format="$format" "$own"
printf '%s\n' "$git/objects" >"$own/objects/info/alternates"
cp -R "$git/refs/." "$own/refs"
for file in HEAD packed-refs shallow; do
  [ ! -f "$git/$file" ] || cp "$git/$file" "$own/$file"
done
