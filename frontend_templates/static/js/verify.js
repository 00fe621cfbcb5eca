/* Verifies a certificate in the browser, with nothing sent: the keys and the status list are loaded with the page,
   so it also works offline from then on. Where the browser lacks Ed25519, or the keys did not load, the form is sent
   to the server, which says the same. The format is described in docs/certificates.md. */
(() => {
  "use strict";
  const SETTLED_SECONDS = 300;
  const CLOCKS_DIFFER = 300;
  const DAY = 86400;
  const place = document.querySelector("[data-verify]");
  const form = document.getElementById("verify");
  if (!place || !form || !globalThis.crypto?.subtle) return;

  const bytes = (text) => {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error("not base64url");
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  };
  const document_of = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(part)));
  const import_key = (key) =>
    crypto.subtle.importKey("jwk", { kty: key.kty, crv: key.crv, x: key.x }, { name: "Ed25519" }, true, ["verify"]);

  // The claims of a token of this kind, or the verdict that says why there are none.
  const open = async (token, typ, keys) => {
    const parts = token.split(".");
    if (parts.length !== 3) throw "unreadable";
    let header, signature;
    try {
      header = document_of(parts[0]);
      signature = bytes(parts[2]);
    } catch {
      throw "unreadable";
    }
    if (!["EdDSA", "Ed25519"].includes(header?.alg) || header.typ !== typ || "crit" in header) throw "unreadable";
    const key = keys.get(header.kid);
    if (!key) throw "unknown_key";
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    if (!(await crypto.subtle.verify("Ed25519", key, signature, signed))) throw "forged";
    return document_of(parts[1]);
  };

  const digest = async (text) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return btoa(String.fromCharCode(...hash)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };

  // A certificate of which the holder shows a part (SD-JWT): the claims that are disclosed and signed.
  const open_chosen = async (text, keys) => {
    const [signed, ...disclosures] = text.split("~");
    const claims = await open(signed, "dc+sd-jwt", keys);
    if (disclosures.pop() !== "" || claims._sd_alg !== "sha-256") throw "unreadable";
    const digests = new Set(claims._sd);
    for (const each of disclosures) {
      if (!digests.delete(await digest(each))) throw "unreadable";
      const [, name, value] = document_of(each);
      if (!["place", "place_name", "tier", "name"].includes(name) || name in claims) throw "unreadable";
      claims[name] = value;
    }
    return claims;
  };

  const mask = async (secret, issuedAt) => {
    const moment = new TextEncoder().encode(String(issuedAt));
    const joined = new Uint8Array([...secret, ...moment]);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined))[0] & 1;
  };

  const judge = async (claims, list) => {
    const now = Date.now() / 1000;
    if (claims.iat > now + CLOCKS_DIFFER) return "not_yet_valid";
    if (claims.exp <= now) return "expired";
    if (!list || list.iss !== claims.iss) return "unchecked";
    const age = now - list.iat;
    if (age > Number(place.dataset.statusDays) * DAY || age < -CLOCKS_DIFFER) return "unchecked";
    if (claims.iat + SETTLED_SECONDS > list.iat) return "valid";
    const { idx, key } = claims.status;
    if (!(idx >> 3 < list.bits.length)) return "unchecked";
    const bit = (list.bits[idx >> 3] >> (idx & 7)) & 1;
    return bit ^ (await mask(bytes(key), list.iat)) ? "revoked" : "valid";
  };

  const check = async (text, { keys, list }) => {
    const token = text.replace(/\s+/g, "").split("#").at(-1);
    try {
      const claims = token.includes("~") ? await open_chosen(token, keys) : await open(token, "enishi-certificate+jwt", keys);
      return [await judge(claims, list), claims, list];
    } catch (verdict) {
      if (typeof verdict === "string") return [verdict, null, list];
      throw verdict;
    }
  };

  const show = ([verdict, claims, list]) => {
    const found = [document.querySelector(`template[data-verdict="${verdict}"]`).content.cloneNode(true)];
    if (claims) {
      const template = document.querySelector("template[data-claims]");
      const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "Asia/Tokyo" });
      const moment = new Intl.DateTimeFormat(document.documentElement.lang, {
        dateStyle: "long",
        timeStyle: "short",
        timeZone: "Asia/Tokyo",
      });
      const tier = [...document.querySelectorAll("template[data-tier]")].find((each) => each.dataset.tier === claims.tier);
      const texts = {
        place: claims.place_name || template.dataset.none,
        tier: tier ? tier.content.textContent : claims.tier || template.dataset.none,
        expires: day.format((claims.exp - 1) * 1000),
        name: claims.name || template.dataset.none,
        number: claims.jti,
        status: list ? moment.format(list.iat * 1000) : template.dataset.noList,
      };
      const filled = template.content.cloneNode(true);
      for (const slot of filled.querySelectorAll("[data-slot]")) slot.textContent = texts[slot.dataset.slot];
      found.push(filled);
    }
    place.replaceChildren(...found);
    place.focus();
  };

  const load = async () => {
    const [set, listed] = await Promise.all([fetch(place.dataset.keys), fetch(place.dataset.status)]);
    if (!set.ok) throw new Error("no keys");
    const published = (await set.json()).keys;
    const keys = new Map(await Promise.all(published.map(async (key) => [key.kid, await import_key(key)])));
    let list = null;
    if (listed.status === 200) {
      list = await open((await listed.text()).trim(), "enishi-status+jwt", keys);
      list.bits = bytes(list.lst);
    }
    return { keys, list };
  };

  let trusted = null;
  const ready = load().then(
    (loaded) => {
      trusted = loaded;
      document.querySelector("[data-offline]").hidden = false;
    },
    () => {}, // the form goes to the server
  );

  const verify = async (text) => {
    await ready;
    if (!trusted) return false;
    try {
      show(await check(text, trusted));
      return true;
    } catch {
      return false;
    }
  };

  form.addEventListener("submit", async (event) => {
    if (!trusted) return;
    const file = form.elements.file.files[0];
    const typed = form.elements.token.value.trim();
    if (!typed && !file) return; // the server says what is missing
    event.preventDefault();
    event.stopPropagation(); // nothing is sent: the button is not busy (forms.js)
    const text = typed || (await file.text());
    if (!(await verify(text))) form.submit();
  });

  // A QR code has the certificate behind "#": it is verified at once, and taken out of the address.
  const linked = location.hash.slice(1);
  if (linked.split("~")[0].split(".").length === 3) {
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.token.value = linked;
    verify(linked);
  }
})();
