// Carries the user's input to Python: one request in flight, the last value never lost.

const TIME_OUT = 10_000; // ms after which an answer counts as lost; twice as long each time it is asked for again
const REST = 300; // ms without input after which the gesture counts as over

export class Link {
  /**
   * `send({seq, values}, settled)` hands a message to Python, which echoes `seq` with its answer; `settled` says
   * that the hand rests. `held()` says whether the hand still has something, so that a pause is no rest.
   */
  constructor(send, held) {
    this.send = send;
    this.held = held;
    this.seq = Date.now();
    this.queue = []; // messages that wait, in order; `inFlight` is the one that has been sent
    this.reported = []; // names of what was reported since the last picture at rest
  }

  /** Whether Python has yet to answer something the user did. */
  get busy() {
    return this.inFlight !== undefined || this.queue.length > 0;
  }

  /** Whether all that was reported has been answered, and the end of the gesture too. */
  get settled() {
    return !this.busy && this.rest === undefined;
  }

  /** Number on from the last message that Python has heard of this figure, as after a reload of its page. */
  startAfter(seq) {
    this.seq = Math.max(this.seq, seq);
  }

  /**
   * Report new values by name; several before the next request are merged, the latest wins. With `alone` they have a
   * message of their own, since no later value stands for them too.
   */
  input(values, alone = false) {
    if (this.closed) return;
    this.reported.push(...Object.keys(values));
    const last = this.queue.at(-1);
    if (last && !last.alone && !alone) Object.assign(last.values, values);
    else this.queue.push({ values: { ...values }, alone });
    this.#rest();
    this.#flush();
  }

  /** Report what is no gesture and ends one that is under way, in place of all that waits: it goes by a script run. */
  say(values) {
    if (this.closed) return;
    this.#stopResting();
    this.queue = [{ values, alone: true, settled: true }];
    this.#flush();
  }

  /** An answer to request `seq` has arrived. */
  answer(seq) {
    if (this.inFlight === undefined || seq < this.inFlight.seq) return;
    clearTimeout(this.timer);
    this.inFlight = undefined;
    this.#flush();
  }

  /** There is a connection again: what was lost is sent again, and without anything it is seen who is there. */
  again() {
    if (this.closed) return;
    if (this.inFlight !== undefined) return this.#send(TIME_OUT);
    if (!this.queue.length) this.queue.push({ values: {}, settled: true });
    this.#flush();
  }

  /** Python has begun anew: it is told what it has not heard once more, after `first` or with `alone` that in its place. */
  restart(first, alone) {
    const unheard = this.inFlight === undefined ? this.queue : [this.inFlight, ...this.queue];
    clearTimeout(this.timer);
    this.inFlight = undefined;
    if (alone) this.#stopResting();
    this.queue = [...(first ? [{ values: first, alone: true, settled: true }] : []), ...(alone ? [] : unheard)];
    this.#flush();
  }

  /** Stop sending: the figure has left the page. */
  close() {
    this.closed = true;
    this.queue = [];
    this.#stopResting();
    clearTimeout(this.timer);
  }

  #rest() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.rest = undefined;
      if (this.held()) this.#rest();
      else this.#settle();
    }, REST);
  }

  #stopResting() {
    clearTimeout(this.rest);
    this.rest = undefined;
  }

  /** The hand rests: what is sent last goes by a script run. */
  #settle() {
    if (!this.queue.length) this.queue.push({ values: {} });
    this.queue.at(-1).settled = true;
    this.#flush();
  }

  #flush() {
    if (this.inFlight !== undefined || !this.queue.length) return;
    this.inFlight = { ...this.queue.shift(), seq: ++this.seq };
    this.#send(TIME_OUT);
  }

  /** Send what is in flight, again and again until it is answered: by its number Python knows what it has heard. */
  #send(patience) {
    const { seq, values, settled = false } = this.inFlight;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(2 * patience), patience);
    this.send({ seq, values }, settled);
  }
}
