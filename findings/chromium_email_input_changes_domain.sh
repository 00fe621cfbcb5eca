#!/bin/sh
# Chromium 156.0.8078.108 (chromium-headless-shell), email-validator 2.4.0.
# Guess: `<input type="email">` hands over the address that was typed, at most with its domain in
# the same Punycode that the browser's own addresses and a server-side validator make of it.
# Seen: the domain is mapped by the older, transitional rules of IDNA: taro@straße.test arrives at the
# server as taro@strasse.test, which is another domain with another owner, while `new URL` in the same
# page and email-validator both say xn--strae-oqa.test. The field shows what was typed, and validity
# is true, so a code or a receipt goes to a stranger without a sign. Domains in Japanese arrive as
# Punycode, so a form that is shown again holds another text than the one that was typed.
# A field that is `type="text" inputmode="email"` arrives as it was typed.
# Fails if the field hands over the typed domain, or the one that `new URL` makes of it.
set -eu
chromium=$(command -v chromium-headless-shell || command -v chromium || command -v chromium-browser)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/page.html" <<'HTML'
<!doctype html><meta charset="utf-8">
<form><input id="email" type="email" name="a"><input id="text" type="text" inputmode="email" name="b"></form>
<pre id="seen"></pre>
<script>
  const typed = ["taro@straße.test", "taro@faß.test", "taro@日本語.test"];
  const seen = document.getElementById("seen");
  for (const address of typed) {
    for (const field of [email, text]) {
      field.focus();
      field.select();
      document.execCommand("insertText", false, address);  // as the keyboard does; a script's value stays
    }
    const sent = new FormData(document.forms[0]);
    const host = new URL("https://" + address.split("@")[1]).hostname;
    seen.textContent += `${address} email=${sent.get("a")} text=${sent.get("b")} url=${host} valid=${email.validity.valid}\n`;
  }
</script>
HTML
"$chromium" --version
for run in 1 2; do
    "$chromium" --headless --no-sandbox --disable-gpu --dump-dom "file://$folder/page.html" \
        2> /dev/null | grep 'valid=[tf]' | sed 's/<pre[^>]*>//' > "$folder/seen$run"
done
cat "$folder/seen1"
cmp "$folder/seen1" "$folder/seen2"
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check email-validator==2.4.0
server=$("$folder/env/bin/python" -c '
from email_validator import validate_email
print(validate_email("taro@straße.test", check_deliverability=False, test_environment=True).ascii_domain)')
echo "email-validator: $server"
test "$server" = xn--strae-oqa.test
grep -q '^taro@straße.test email=taro@strasse.test text=taro@straße.test url=xn--strae-oqa.test valid=true$' \
    "$folder/seen1"
