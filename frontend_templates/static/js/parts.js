/* Parts of a page that the server sends after it. Without this file each of them is a link or a
   form that leads to a whole page.
   - An element with data-part="ADDRESS" gives its place to the answer of that address.
   - A form with data-swap="SELECTOR" is sent from here; the answer takes that element's place.
   - A <details data-region="SELECTOR"> holds a link. Opened, it shows that region of the page
     behind the link instead. */
(() => {
  "use strict";

  const AS_PART = { "HX-Request": "true" }; // by this the server knows that a part is enough

  // Every script that looks at new parts hears of them by one event, also of those of htmx.
  const announce = (part) => part.dispatchEvent(new CustomEvent("part:load", { bubbles: true }));
  document.addEventListener("htmx:load", (event) => announce(event.target));

  const read = async (answer) =>
    new DOMParser().parseFromString(await answer.text(), "text/html");

  const place = (target, parts) => {
    target.replaceWith(...parts);
    parts.forEach(announce);
  };

  const load = async (element) => {
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(element.dataset.part, { headers: AS_PART });
      // 204: for this visitor there is nothing else than what stands there.
      if (answer.status === 200) place(element, [...(await read(answer)).body.children]);
    } catch {
      // What the page came with stays.
    }
    element.removeAttribute("aria-busy");
  };
  document.querySelectorAll("[data-part]").forEach(load);

  const underWay = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.swap) return;
    event.preventDefault();
    if (underWay.has(form)) return;
    underWay.add(form);
    const sent = new URLSearchParams(new FormData(form));
    const button = event.submitter;
    if (button?.name) sent.append(button.name, button.value);
    button?.setAttribute("aria-busy", "true");
    try {
      await swap(form, sent);
    } catch {
      document.dispatchEvent(new Event("part:unreachable"));
    }
    button?.removeAttribute("aria-busy");
    underWay.delete(form);
  });

  const swap = async (form, sent) => {
    const address = form.getAttribute("action");
    const answer = await fetch(address, { method: "POST", headers: AS_PART, body: sent });
    const page = await read(answer);
    const part = page.querySelector(form.dataset.swap);
    const elsewhere = answer.headers.get("hx-redirect");
    const notices = answer.headers.get("hx-retarget");
    if (elsewhere) location.assign(elsewhere);
    else if ([502, 504].includes(answer.status)) throw new Error(answer.status);
    else if (notices) document.querySelector(notices).replaceChildren(...page.body.children);
    else if (part) place(document.querySelector(form.dataset.swap), [part]);
    else location.assign(answer.url);
  };

  // "toggle" does not bubble.
  document.addEventListener("toggle", (event) => open(event.target), true);

  const open = async (details) => {
    const link = details.open && details.dataset?.region && details.querySelector("a");
    if (!link || details.hasAttribute("aria-busy")) return;
    details.setAttribute("aria-busy", "true");
    try {
      const page = await read(await fetch(link.href));
      const region = page.querySelector(details.dataset.region);
      if (region) {
        const hadFocus = document.activeElement === link;
        delete details.dataset.region;
        place(link.parentElement, [region]);
        if (hadFocus) region.focus();
      }
    } catch {
      // The link stays.
    }
    details.removeAttribute("aria-busy");
  };
})();
