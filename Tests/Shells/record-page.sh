#!/bin/sh
# record-page.sh PAGE...: replaces the output below the commands of each page by the current output of the programs on
# PATH; indented displays stay unchanged. Review the differences before you commit them.
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
    # Writes the next command and everything below it.
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
