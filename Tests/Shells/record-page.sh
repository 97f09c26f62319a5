#!/bin/sh
# record-page.sh PAGE...: puts below the commands of each page what they print now, the programs on PATH; displays with
# an indent stay as they are. Look at what has changed before it is committed.
set -eu
shells=$(cd "$(dirname "$0")" && pwd)
for page; do
  page=$(cd "$(dirname "$page")" && pwd)/$(basename "$page")
  work=$(mktemp -d)
  sed -n 's/^\.Sh //p' "$page" >"$work/titles"
  : >"$work/printed"
  while IFS= read -r title; do
    sh "$shells/page.sh" "$page" "$title" >"$work/shown"
    mkdir "$work/folder"
    (cd "$work/folder" && sh "$shells/transcript.sh" "$work/shown" | sed 's/ *$//') >>"$work/printed"
    rm -rf "$work/folder"
  done <"$work/titles"
  awk -v printed="$work/printed" '
    # The next command and all that is below it.
    function command() {
      if (pending == "") getline pending <printed
      do {
        line = pending
        gsub(/\\/, "\\e", line)
        print (line ~ /^[.\x27]/ ? "\\&" : "") line
        if ((getline pending <printed) <= 0) { pending = ""; return }
      } while (pending !~ /^\$ /)
    }
    /^\.Ed/ { shown = 0 }
    shown { if (/^\$ /) command(); next }
    { print }
    /^\.Bd -literal$/ { shown = 1 }' "$page" >"$work/page"
  cat "$work/page" >"$page"
  rm -rf "$work"
done
