#!/bin/sh
# Chromium 156.0.8078.114 (chromium-headless-shell) with Noto Sans CJK JP (fonts-noto-cjk
# 20220127), read by pypdf 7.1.1, pdfminer.six 20260107 and pypdfium2 5.15.2.
# Guess: a page in Japanese that is printed to PDF holds its text as it stood on the page.
# Seen: one glyph of the font serves a kanji and the radical that looks like it, and Chromium writes
# the radical's code: 高山市 becomes ⾼⼭市, 青森 ⻘森, 一人 ⼀⼈. Read by pypdf and pdfminer, a search for
# 高山 finds nothing. pdfium maps them back, so the browser's own viewer hides it. NFKC repairs the
# codes from U+2F00 on, and leaves ⻑ ⻄ ⻘.
# Whoever reads text from PDFs folds radicals first; whoever prints keeps the page beside the PDF.
# Fails if the printed text holds no radicals.
set -eu
chromium=$(command -v chromium-headless-shell || command -v chromium || command -v chromium-browser)
fc-list | grep -q "Noto Sans CJK JP" || { echo "needs Noto Sans CJK JP (fonts-noto-cjk)"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > page.html <<'HTML'
<!doctype html><html lang="ja"><meta charset="utf-8">
<p style="font-family: 'Noto Sans CJK JP'">高山市 長野市 西宮市 青森市 一人 二人 大人 小川 石川 竹田 米子 黒部 戸田</p>
HTML
"$chromium" --version
"$chromium" --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
    --print-to-pdf="$folder/page.pdf" "file://$folder/page.html" 2> /dev/null
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pypdf==7.1.1 \
    pdfminer.six==20260107 pypdfium2==5.15.2
env/bin/python - <<'PY'
import unicodedata

import pypdf
import pypdfium2
from pdfminer.high_level import extract_text

texts = {
    "pypdf": pypdf.PdfReader("page.pdf").pages[0].extract_text(),
    "pdfminer": extract_text("page.pdf"),
    "pdfium": pypdfium2.PdfDocument("page.pdf")[0].get_textpage().get_text_range(),
}
for reader, text in texts.items():
    radicals = [c for c in text if "\u2e80" <= c <= "\u2fdf"]
    left = [c for c in unicodedata.normalize("NFKC", text) if "\u2e80" <= c <= "\u2fdf"]
    print(reader, text.strip(), "| radicals", len(radicals), "| after NFKC", *left)
    if bool(radicals) != (reader != "pdfium"):
        raise SystemExit("changed: " + reader)
PY
