#!/bin/bash
# Records again what the commands of the transcripts beside this file print, with the programs on PATH: look at what
# has changed before it is committed.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
for transcript in "$folder"/*.txt; do
  work=$(mktemp -d)
  (cd "$work" && LC_ALL=C.UTF-8 bash "$folder/../../Shells/transcript.sh" "$transcript") | sed 's/ *$//' >"$work.txt"
  rm -rf "$work"
  mv "$work.txt" "$transcript"
done
