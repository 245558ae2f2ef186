// Buttons that add a point where the next click goes, and take away the one in the hand.

import { axesOf } from "./panels.js";

const named = (handle) => `+ ${handle.label.toLowerCase()}`;

export class Points {
  /** `element` takes the buttons; `onInput({new: [x, y]}, true)` reports a point that is added, alone. */
  constructor(element, stage, chart, handles, onInput) {
    Object.assign(this, { element, stage, chart, handles, onInput, shown: "", adding: [] });
    stage.parentElement.addEventListener("pointerdown", (event) => this.#put(event), { capture: true }); // before the handles
    element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#await(undefined));
  }

  /** Show the buttons for these handles. */
  show(handles) {
    const growing = handles.filter(({ adds }) => adds);
    const shown = growing.map(({ adds }) => adds).join();
    if (shown === this.shown) return;
    this.#await(undefined);
    this.shown = shown;
    this.adding = growing.map((handle) => this.#button(named(handle), "Click where it goes", (byKey) => this.#add(handle, byKey)));
    this.growing = growing;
    this.removing = this.#button("− point", "Take away the ringed point (Delete)", () => {
      this.#await(undefined);
      this.handles.remove();
    });
    this.element.replaceChildren(...(growing.length ? [...this.adding, this.removing] : []));
    this.handles.onTake = () => (this.removing.disabled = !this.handles.removable);
    this.handles.onTake();
  }

  #button(text, title, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title });
    made.addEventListener("click", ({ detail }) => act(detail === 0));
    return made;
  }

  /** By mouse or finger the point goes where the next click is; by key in the middle, from where the arrows take it. */
  #add(handle, byKey) {
    if (!byKey) return this.#await(this.awaited?.adds === handle.adds ? undefined : handle);
    const panel = this.#panel(handle);
    if (!panel) return;
    const { axes, area } = panel;
    this.#report(handle, [area[0] + area[2] / 2, area[1] + area[3] / 2], axes);
  }

  #await(handle) {
    this.awaited = handle;
    this.stage.classList.toggle("live-adding", handle !== undefined);
    this.adding.forEach((button, index) => {
      const one = this.growing[index];
      const awaited = one.adds === handle?.adds;
      button.ariaPressed = String(awaited);
      button.textContent = awaited ? `${named(one)}: click where it goes` : named(one);
    });
  }

  #put(event) {
    const handle = this.awaited;
    if (!handle || event.button !== 0 || !event.isPrimary) return;
    const panel = this.#panel(handle);
    if (!panel) return;
    const { axes, area: [left, top, width, height] } = panel;
    const corner = this.chart.element.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    if (x < left || x > left + width || y < top || y > top + height) return;
    event.preventDefault();
    event.stopPropagation();
    this.#await(undefined);
    this.#report(handle, [x, y], axes);
  }

  /** Where a handle's points are; undefined while another figure is here already. */
  #panel(handle) {
    const trace = this.chart.trace(handle.trace);
    const axes = trace && axesOf(trace);
    return trace && this.chart.panels.has(axes) ? { axes, area: this.chart.panels.area(axes) } : undefined;
  }

  #report(handle, pixel, axes) {
    this.handles.expect(handle);
    this.handles.knob.focus({ preventScroll: true });
    this.onInput({ [handle.adds]: this.chart.panels.toData(pixel, axes) }, true);
  }
}
