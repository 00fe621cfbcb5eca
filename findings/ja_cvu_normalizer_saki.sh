#!/bin/sh
# ja-cvu-normalizer 0.2.10.
# Guess: a normaliser of variant kanji maps 﨑 (U+FA11, as in the name 山﨑) to 崎, as it maps 髙 to
# 高, and radicals of copied PDFs (⻘ ⿊ ⼾) to their kanji, as it maps ⻄ and ⻑.
# Seen: 﨑 becomes 埼, the first letter of Saitama, so 山﨑 becomes 山埼, a name that nobody has; and
# ⻘, ⿊ and ⼾ stay as they are. Fold by a table of one's own.
# Fails if 﨑 no longer becomes 埼.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check ja-cvu-normalizer==0.2.10
env/bin/python - <<'PY'
from ja_cvu_normalizer.ja_cvu_normalizer import JaCvuNormalizer

normalizer = JaCvuNormalizer()
for text in ("山﨑", "髙橋", "⻄宮", "⻑野", "⻘森", "⿊部", "⼾田"):
    print(text, "->", normalizer.normalize(text))
if normalizer.normalize("山﨑") != "山埼":
    raise SystemExit("changed: 﨑 no longer becomes 埼")
PY
