#!/bin/sh
# usage: passed-over.sh SOURCE TO SCRATCH
# Trivy passes over the folders dev, proc and sys at the root of what it reads, and has no option against that: they
# are those of a machine. In a repository they are a team's own, so copies are read, each there whole or not at all.
set -eu
source=$1 to=$2 scratch=$3
for name in dev proc sys; do
  if [ -d "$source/$name" ] && [ ! -L "$source/$name" ] && [ ! -e "$to/$name" ]; then
    mkdir -p "$to"
    cp -R "$source/$name" "$scratch/passed-over"
    mv "$scratch/passed-over" "$to/$name"
  fi
done
