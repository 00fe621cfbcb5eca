#!/bin/sh
# segno 1.6.6, read by zxing-cpp 3.1.1 and OpenCV 5.0.0.93.
# Guess: make() draws a QR code, as make_qr() does.
# Seen: text that fits (a receipt number, a seat number, a short address in capitals) becomes a Micro
# QR code. zxing-cpp reads it; OpenCV's reader, like many telephones, finds nothing on the sheet.
# make_qr() draws what both read. Use it, or micro=False, for whatever people scan.
# Fails if make() no longer chooses Micro QR, or if OpenCV reads it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check segno==1.6.6 zxing-cpp==3.1.1 \
    opencv-python-headless==5.0.0.93 numpy==2.4.6
env/bin/python - <<'PY'
import cv2
import segno
import zxingcpp

for text in ("7K4M-9Q2P", "HTTPS://X.EXAMPLE/A"):
    for draw in (segno.make, segno.make_qr):
        code = draw(text)
        code.save("code.png", scale=8, border=4)
        picture = cv2.imread("code.png")
        zxing = [each.text for each in zxingcpp.read_barcodes(picture)]
        opencv = cv2.QRCodeDetector().detectAndDecode(picture)[0]
        print(text, draw.__name__, code.designator, "zxing", zxing, "OpenCV", [opencv])
        expected = "" if draw is segno.make else text
        if zxing != [text] or opencv != expected or code.is_micro != (draw is segno.make):
            raise SystemExit("changed: " + text)
PY
