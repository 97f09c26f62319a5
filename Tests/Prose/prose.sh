#!/bin/bash
# Checks the papers, the articles and the manual in the form in which they are read: spelling (with the terms of this
# field in words.txt), pages within 80 columns, and names of files that do not exist; and the subjects of the last hundred
# commits. Prints its findings, and fails if there are any.
# shellcheck disable=SC2016 # backquotes and dollars here are those of the prose
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.."
papers=(README.md CONTRIBUTING.md CHANGELOG.md)

# Prints the sentences of a file, without code, options, arguments, examples or addresses.
sentences() {
  case $1 in
    man/*) mandoc -T html -O fragment "$1" | tr '\n' '\r' | sed -E 's/<pre[^>]*>([^<]|<[^/]|<\/[^p])*<\/pre>//g' | tr '\r' ' ' |
      sed -E -e 's/<(code|var|b|i)[^>]*>[^<]*<\/(code|var|b|i)>//g' -e 's/<(a|span class="Pa")[^>]*>[^<]*<\/(a|span)>//g' -e 's/<[^>]*>//g' -e 's/&[a-z]*;//g' ;;
    *) sed -E -e '/^```/,/^```/d' -e 's/``?[^`]*``?//g' -e 's/\]\([^)]*\)//g' -e 's/https?:[^ ]*//g' "$1" ;;
  esac
}

problems() {
  local file words
  for file in "${papers[@]}" Sources/*/*.docc/*.md man/*; do
    words=$(sentences "$file" | sed -E -e 's/[^ ]*[0-9_=/@+][^ ]*//g' -e "s/'s\>//g" |
      aspell --lang=en_GB --encoding=utf-8 --personal="$PWD/Tests/Prose/words.txt" list | sort -u | tr '\n' ' ')
    [ -z "$words" ] || echo "$file: not in the dictionary: $words"
  done
  for file in man/*; do
    sed '/^\.Bd -literal/,/^\.Ed/d' "$file" | mandoc -T utf8 -O width=78 | col -bx | grep -E '^.{81}' | sed "s|^|$file: wider than 80 columns: |"
  done
  codespell --quiet-level=2 --ignore-words-list=atleast,chek,conectix,hda,inout,nd,otherwrite,upto Sources man "${papers[@]}"
  for file in "${papers[@]}"; do
    grep -oE '`(Sources|Tests|man|completions|\.ci)/[^` ]+`|\]\([A-Za-z][A-Za-z0-9_./-]+\)' "$file" | tr -d '`]()' | while read -r path; do
      [ -e "$path" ] || echo "$file: no such file: $path"
    done
  done
  git log --no-merges --max-count=100 --format='%h %s' 2>/dev/null | grep -vE '^[0-9a-f]+ [a-z0-9 ,.()-]+: ' |
    sed 's/$/: the subject does not begin with an area/'
  git log --no-merges --max-count=100 --format='%h %s' 2>/dev/null | grep -E '^[0-9a-f]+ .{73}' |
    sed 's/$/: the subject is longer than 72 characters/'
}

found=$(problems || true)
[ -z "$found" ] || { echo "$found"; exit 1; }
