/* Loads fragments into the page. Without this file each is a link or a form that opens a page.
   - An element with data-part="URL" is replaced by the response of that URL once the page is there.
     So is one that sends the event part:wanted.
   - A form with data-swap="SELECTOR" is sent by fetch; the response replaces that element.
   - A <details data-region="SELECTOR"> holds a link. When it opens, that region of the linked page
     replaces the link. */
(() => {
  "use strict";

  const AS_PART = { "HX-Request": "true" }; // the server answers a fragment, as to htmx

  // One event for all scripts that start something in new elements; htmx has one of its own.
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
      // 204: nothing to replace it with for this visitor.
      if (answer.status === 200) place(element, [...(await read(answer)).body.children]);
    } catch {
      // The element stays as the page came with it.
    }
    element.removeAttribute("aria-busy");
  };
  document.querySelectorAll("[data-part]").forEach(load);
  document.addEventListener("part:wanted", (event) => load(event.target));

  // Forms that replace the same element are sent one after the other, and only the last answer is
  // shown. While one is on its way, a second choice in it replaces the first one that still waits:
  // on a slow line the last choice wins.
  const waiting = new Map(); // selector -> forms that wait, each with what it sends
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const selector = form.dataset.swap;
    if (!selector) return;
    event.preventDefault();
    const sent = new URLSearchParams(new FormData(form));
    const button = event.submitter;
    if (button?.name) sent.append(button.name, button.value);
    form.querySelectorAll("[aria-busy]").forEach((other) => other.removeAttribute("aria-busy"));
    button?.setAttribute("aria-busy", "true");
    const queue = waiting.get(selector);
    if (queue) queue.set(form, sent);
    else swap(selector, new Map([[form, sent]]));
  });

  const swap = async (selector, queue) => {
    waiting.set(selector, queue);
    let form, sent, last, answer;
    try {
      while (queue.size) {
        [[form, sent]] = queue;
        queue.delete(form);
        if (`${last}` === `${sent}`) continue; // a double click
        last = sent;
        answer = await fetch(form.getAttribute("action"), {
          method: "POST",
          headers: AS_PART,
          body: sent,
        });
      }
      await show(selector, answer);
    } catch {
      document.dispatchEvent(new Event("part:unreachable"));
    }
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    waiting.delete(selector);
  };

  const show = async (selector, answer) => {
    const page = await read(answer);
    const part = page.querySelector(selector);
    const elsewhere = answer.headers.get("hx-redirect");
    const notices = answer.headers.get("hx-retarget");
    if (elsewhere) location.assign(elsewhere);
    else if ([502, 504].includes(answer.status)) throw new Error(answer.status);
    else if (notices) document.querySelector(notices).replaceChildren(...page.body.children);
    else if (part) place(document.querySelector(selector), [part]);
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
