#!/bin/sh
# usage: nuget-audit.sh ANSWER OUT FOLDER
# Asks about the projects of FOLDER/audit.sln, the canary among them. From version 10 on the SDK would restore first,
# and a restore without the canary's package would forget it.
answer=$1 out=$2 folder=$3
case $(dotnet --version) in
[1-9].*) set -- ;;
*) set -- --no-restore ;;
esac
exec sh "$answer" "$out/audit.json" '"vulnerabilities"' dotnet list "$folder/audit.sln" package --vulnerable \
  --include-transitive --format json --config "$folder/nuget.config" "$@"
