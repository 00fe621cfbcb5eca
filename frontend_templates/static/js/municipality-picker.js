// The municipality picker as an editable combobox with a list (ARIA Authoring Practices Guide).
// Without this file the form works with two selects. There is one instance for each picker.

const WAIT = 150; // milliseconds without a keystroke before candidates are asked for

class MunicipalityPicker {
  constructor(root) {
    this.root = root;
    this.lists = root.querySelector(".place-picker__lists");
    root.append(root.querySelector("template").content.cloneNode(true));
    this.lists.remove(); // it comes back when somebody prefers it
    this.input = root.querySelector("[role=combobox]");
    this.code = this.input.nextElementSibling;
    this.listbox = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[role=status]");
    this.active = -1;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // Clicking an option must not move the focus out of the field.
    this.listbox.addEventListener("pointerdown", (event) => event.preventDefault());
    this.listbox.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
    root.querySelector("[data-picker-lists]").addEventListener("click", () => this.showLists());
  }

  get options() {
    return [...this.listbox.children];
  }

  typed() {
    this.code.value = "";
    this.close();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), WAIT);
  }

  async search() {
    this.request?.abort();
    const query = this.input.value.trim();
    this.say("");
    if (!query) return;
    this.request = new AbortController();
    const address = new URL(this.input.dataset.search, document.baseURI);
    address.searchParams.set("q", query);
    try {
      const answer = await fetch(address, { signal: this.request.signal });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.say(this.status.dataset.failed);
    }
  }

  show({ places, more }) {
    this.listbox.replaceChildren(...places.map((place, at) => this.option(place, at)));
    const { none, found, more: many } = this.status.dataset;
    this.say(places.length ? (more ? many : found).replace("{n}", places.length) : none);
    if (places.length && document.activeElement === this.input) this.open();
  }

  option(place, at) {
    const option = document.createElement("li");
    option.id = `${this.listbox.id}-${at}`;
    option.className = "place-picker__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.code = place.code;
    option.dataset.label = place.label;
    const reading = document.createElement("span");
    reading.className = "place-picker__reading";
    reading.textContent = place.reading;
    option.append(place.label, " ", reading);
    return option;
  }

  pressed(event) {
    // During composition Enter and the arrow keys belong to the input method.
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.listbox.hidden && this.options.length) this.open();
      else if (this.listbox.hidden) this.search();
      if (!this.listbox.hidden && !event.altKey) this.mark(this.active + step);
    } else if (event.key === "Enter" && !this.listbox.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape") {
      if (this.listbox.hidden) this.clear();
      else this.close();
      event.preventDefault();
    }
  }

  mark(at) {
    const count = this.options.length;
    // One step before the first and after the last option is the field itself.
    this.active = at < -1 ? count - 1 : at >= count ? -1 : at;
    this.options.forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === this.active));
    });
    const option = this.options[this.active];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    this.input.value = option.dataset.label;
    this.code.value = option.dataset.code;
    this.listbox.replaceChildren();
    this.close();
    this.say("");
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clear() {
    this.input.value = "";
    this.typed();
  }

  open() {
    this.listbox.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.mark(-1);
    this.listbox.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  say(text) {
    this.status.textContent = text;
  }

  showLists() {
    this.root.replaceChildren(this.lists);
    this.lists.querySelector("select").focus();
  }
}

const start = (root) => {
  for (const picker of root.querySelectorAll("[data-municipality-picker]:not([data-started])")) {
    picker.dataset.started = "";
    new MunicipalityPicker(picker);
  }
};
start(document);
document.addEventListener("part:load", (event) => start(event.target.parentElement ?? document));
