#!/bin/sh
# budoux 0.10.1.
# Guess: a phrase never begins with a combining mark, so a text that came decomposed (NFD, as file
# names of macOS and some PDFs are) has the same phrases as the composed one.
# Seen: the model sees single code points. 「子どもたちが学べる場所」 is 子ども|たちが|学べる|場所, and
# its NFD 子と|◌゙も|たちか|◌゙学へ|◌゙る|場所: with <wbr> at these places a line can end between a letter
# and its voiced mark. Compose first, or drop breaks inside grapheme clusters.
# Fails if no phrase of the decomposed text begins with a combining mark.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check budoux==0.10.1
env/bin/python - <<'PY'
import unicodedata

from budoux import load_default_japanese_parser

text = "子どもたちが学べる場所"
parser = load_default_japanese_parser()
composed = parser.parse(text)
decomposed = parser.parse(unicodedata.normalize("NFD", text))
print("composed:  ", composed)
print("decomposed:", [[f"U+{ord(c):04X}" for c in phrase] for phrase in decomposed])
torn = [phrase for phrase in decomposed if unicodedata.combining(phrase[0])]
if not torn:
    raise SystemExit("changed: no phrase begins with a combining mark")
print(len(torn), "phrases begin with a combining mark")
PY
