// Plays a script: sentence by sentence while it is being made, and the finished audio once there is one.
//
// Both are seen through one timeline (the start and end of each sentence in seconds), so seeking and the mark on
// the spoken sentence work the same. Two <audio> elements take turns, so that the next sentence is ready in time.

export class Player extends EventTarget {
  constructor({ takeUrl }) {
    super();
    this.takeUrl = takeUrl;
    this.decks = [new Audio(), new Audio()];
    this.whole = null;
    this.sentences = [];
    this.current = 0;
    this.playing = false;
    this.waiting = false;
    this.rate = 1;
    this.pauseTimer = null;
    for (const deck of this.decks) {
      deck.preload = "auto";
      deck.addEventListener("ended", () => deck === this.deck && this.#afterSentence());
      deck.addEventListener("timeupdate", () => deck === this.deck && this.#changed());
      deck.addEventListener("error", () => deck === this.deck && this.#failed());
    }
  }

  get deck() {
    return this.decks[this.current % 2];
  }

  /** Sentences as the server tells them: {id, status, take, duration, pause}. */
  update(sentences) {
    this.sentences = sentences;
    if (this.waiting) this.#playSentence(this.current);
    else this.#prepare(this.current + 1);
    this.#changed();
  }

  /** The finished audio with the times of its sentences: from the next start on it is what is heard. */
  useWhole(url, cues) {
    this.pendingWhole = { url, cues };
    if (!this.playing) this.#takeWhole();
  }

  /** Back to single sentences: one of them is being made anew. What sounds just now may sound to its end. */
  dropWhole() {
    this.pendingWhole = null;
    if (!this.whole || this.playing) return;
    this.whole = null;
    this.#changed();
  }

  toggle() {
    if (this.playing || this.waiting) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    if (this.whole) this.#start(this.whole);
    else if (this.deck.src && this.deck.currentTime > 0 && !this.deck.ended) this.#start(this.deck);
    else this.#playSentence(this.current);
    this.#changed();
  }

  pause() {
    clearTimeout(this.pauseTimer);
    this.playing = false;
    this.waiting = false;
    this.whole?.pause();
    for (const deck of this.decks) deck.pause();
    if (this.pendingWhole) this.#takeWhole();
    this.#changed();
  }

  playFrom(index) {
    this.pause();
    this.playing = true;
    if (this.whole) {
      this.whole.currentTime = this.cues[index]?.[0] ?? 0;
      this.#start(this.whole);
    } else {
      this.#playSentence(index);
    }
    this.#changed();
  }

  seek(seconds) {
    if (this.whole) {
      this.whole.currentTime = seconds;
      this.#changed();
      return;
    }
    const index = Math.max(0, this.timeline.findIndex(([, end]) => seconds < end));
    const wasPlaying = this.playing;
    this.pause();
    this.current = index;
    if (wasPlaying) this.playFrom(index);
    this.#changed();
  }

  setRate(rate) {
    this.rate = rate;
    for (const audio of [this.whole, ...this.decks]) if (audio) audio.playbackRate = rate;
  }

  get timeline() {
    if (this.whole) return this.cues;
    let at = 0;
    return this.sentences.map(({ duration, pause }) => {
      const start = at;
      at += (duration ?? 0) + (duration ? pause : 0);
      return [start, at];
    });
  }

  get time() {
    if (this.whole) return this.whole.currentTime;
    return (this.timeline[this.current]?.[0] ?? 0) + (this.deck.currentTime || 0);
  }

  get duration() {
    if (this.whole) return this.whole.duration || (this.cues.at(-1)?.[1] ?? 0);
    return this.timeline.at(-1)?.[1] ?? 0;
  }

  get index() {
    if (!this.whole) return this.current;
    const time = this.whole.currentTime;
    const found = this.cues.findIndex(([, end]) => time < end);
    return found < 0 ? this.cues.length - 1 : found;
  }

  #takeWhole() {
    const { url, cues } = this.pendingWhole;
    this.pendingWhole = null;
    const at = cues[this.current]?.[0] ?? 0;
    this.cues = cues;
    this.whole = new Audio(url);
    this.whole.preload = "metadata";
    this.whole.playbackRate = this.rate;
    if (this.current > 0) this.whole.currentTime = at;
    this.whole.addEventListener("timeupdate", () => this.#changed());
    this.whole.addEventListener("loadedmetadata", () => this.#changed());
    this.whole.addEventListener("error", () => this.#failed());
    this.whole.addEventListener("ended", () => {
      this.playing = false;
      this.whole.currentTime = 0;
      if (this.pendingWhole) this.#takeWhole();
      this.#changed();
    });
    this.current = 0;
    this.#changed();
  }

  #playSentence(index) {
    clearTimeout(this.pauseTimer);
    this.current = index;
    const sentence = this.sentences[index];
    if (!sentence) {
      this.#stop();
      return;
    }
    this.waiting = !sentence.take || sentence.status !== "done";
    if (this.waiting) {
      if (["failed", "cancelled"].includes(sentence.status)) this.#stop();
      else this.#changed();
      return;
    }
    this.#load(this.deck, sentence);
    this.deck.currentTime = 0;
    this.#start(this.deck);
    this.#prepare(index + 1);
    this.#changed();
  }

  #prepare(index) {
    const next = this.sentences[index];
    if (next?.take && index !== this.current) this.#load(this.decks[index % 2], next);
  }

  #load(deck, { take }) {
    const url = this.takeUrl(take);
    if (deck.dataset.url === url) return;
    deck.dataset.url = url;
    deck.src = url;
  }

  #start(audio) {
    audio.playbackRate = this.rate;
    audio.play().catch((error) => {
      if (error.name === "AbortError") return; // another sentence was asked for meanwhile
      this.playing = false;
      this.#changed();
    });
  }

  #afterSentence() {
    const { pause = 0 } = this.sentences[this.current] ?? {};
    this.pauseTimer = setTimeout(() => this.#playSentence(this.current + 1), (pause * 1000) / this.rate);
  }

  #stop() {
    this.playing = false;
    this.waiting = false;
    this.current = 0;
    if (this.pendingWhole) this.#takeWhole();
    this.#changed();
  }

  #failed() {
    this.playing = false;
    this.dispatchEvent(new Event("failed"));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
