// What the visitor did, as entries of the browser's history: Back and Forward, and two buttons, undo and redo it.

const PLACE = "losscope"; // in an entry's state: how many entries of this visit to the page lie before it

export class History {
  /** `element` takes the buttons; `onReturn({parameters, guide})` is told what the visitor has gone back to, until `signal`. */
  constructor(element, onReturn, signal) {
    this.path = window.location.pathname;
    this.last = this.place;
    const button = (text, label, by) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, ariaLabel: label, title: label });
      made.addEventListener("click", () => window.history.go(by));
      element.append(made);
      return made;
    };
    this.undo = button("↶", "Undo", -1);
    this.redo = button("↷", "Redo", 1);
    // Heard before Streamlit, which would run the page without a word of what has changed.
    const listener = (event) => {
      if (window.location.pathname !== this.path || this.passing) return;
      event.stopImmediatePropagation();
      this.returning = true;
      this.#show();
      onReturn({ parameters: this.parameters, guide: window.history.state?.guide ?? null });
    };
    window.addEventListener("popstate", listener, { capture: true, signal });
    this.#show();
  }

  get place() {
    return window.history.state?.[PLACE] ?? 0;
  }

  /** The settings that the address has now. */
  get parameters() {
    return Object.fromEntries([...new URLSearchParams(window.location.search)].filter((parameter) => !embeds(parameter)));
  }

  /**
   * The view that is shown now has this address and this guide; with `same` it is no step of its own, and neither is
   * beginning or ending to present.
   */
  record(query, guide, same) {
    const address = new URL(window.location);
    const embedding = [...address.searchParams].filter(embeds);
    address.search = new URLSearchParams([...Object.entries(query), ...embedding]);
    const first = !this.begun || this.returning;
    this.begun = true;
    this.returning = false;
    if (first || same || unpresented(address) === unpresented(window.location)) {
      window.history.replaceState({ ...window.history.state, guide }, "", address);
    } else {
      this.last = this.place + 1;
      window.history.pushState({ ...window.history.state, guide, [PLACE]: this.last }, "", address);
    }
    this.#show();
  }

  /** Tell Streamlit the address as it is now, which it only knows as the page was loaded; without a connection it asks for nothing. */
  handOver() {
    this.passing = true;
    window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state }));
    this.passing = false;
  }

  #show() {
    this.undo.disabled = this.place === 0;
    this.redo.disabled = this.place >= this.last;
  }
}

/** Whether a parameter of an address says how Streamlit embeds the page, which is no setting of ours. */
const embeds = ([name]) => name.startsWith("embed");

/** An address without whether it is presented. */
function unpresented({ href }) {
  const address = new URL(href);
  address.searchParams.delete("present");
  return address.href;
}
