// The page of one script: asks how far it is, marks the sentences, plays on as they come.
import { announce } from "../site/announce.js";
import { Player } from "./player.js";
import { clock } from "./text.js";

const POLL_MS = 400;
const POLL_IDLE_MS = 5000; // when the server does not answer
let speechExpected = false;

/** The next script that is opened was asked for by a click: it may start to sound by itself. */
export function expectSpeech() {
  speechExpected = true;
}

export function openGeneration(root) {
  const page = new GenerationPage(root);
  page.begin();
}

class GenerationPage {
  constructor(root) {
    this.root = root;
    this.player = new Player({ takeUrl: (take) => root.dataset.takeUrl.replace(root.dataset.placeholder, take) });
    this.find = (name) => root.querySelector(`[data-player-${name}]`);
    this.announced = null;
  }

  /** Looked up each time: a changed sentence comes as a new element. */
  get sentences() {
    return [...this.root.querySelectorAll("[data-sentence]")];
  }

  begin() {
    this.player.addEventListener("change", () => this.#showPlayer());
    this.player.addEventListener("failed", () => announce(this.root.dataset.soundFailed));
    this.find("toggle").addEventListener("click", () => this.player.toggle());
    this.find("seek").addEventListener("input", (event) => this.player.seek(Number(event.target.value)));
    this.find("rate").addEventListener("change", (event) => this.player.setRate(Number(event.target.value)));
    this.root.addEventListener("click", (event) => this.#onClick(event.target.closest("[data-sentence]")));
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    this.root.addEventListener("click", (event) => event.target.closest("[data-sentence-close]") && this.#closePanel());
    document.body.addEventListener("takes-changed", () => this.root.isConnected && this.poll());
    const autoplay = speechExpected;
    speechExpected = false;
    this.poll().then(() => autoplay && this.player.play());
  }

  async poll() {
    clearTimeout(this.timer);
    if (!this.root.isConnected) {
      this.player.pause();
      return;
    }
    let wait = POLL_IDLE_MS;
    try {
      const response = await fetch(this.root.dataset.stateUrl, { headers: { Accept: "application/json" } });
      if (response.redirected || [401, 403, 404].includes(response.status)) return;
      if (response.ok) {
        const state = await response.json();
        this.#show(state);
        if (!state.active) return;
        wait = POLL_MS;
      }
    } catch {
      // no answer: the server restarts, or the line is down; ask again in a while
    }
    this.timer = setTimeout(() => this.poll(), wait);
  }

  #show(state) {
    const before = this.state ?? { status: this.root.dataset.status, active: state.active };
    const changed = before.status !== state.status || before.active !== state.active;
    this.#refreshPanel(state);
    this.state = state;
    const { sentences } = this;
    state.segments.forEach((segment, index) => {
      const sentence = sentences[index];
      if (!sentence) return;
      sentence.dataset.status = segment.status;
      sentence.title = segment.error || "";
    });
    const progress = this.root.querySelector("[data-progress]");
    if (progress) {
      progress.max = state.total;
      progress.value = state.done;
    }
    const label = this.root.querySelector("[data-progress-label]");
    if (label) label.textContent = this.#progressWords(state);
    if (state.active) this.player.dropWhole();
    this.player.update(state.segments);
    if (!state.active && state.audio) this.player.useWhole(state.audio.url, state.audio.cues);
    if (changed) this.#refreshHead(state);
    this.#showPlayer();
  }

  #progressWords(state) {
    const { wordsDone, wordsFinishing, wordsPlace, wordsEta } = this.root.dataset;
    if (state.place > 0) return wordsPlace.replace("{n}", state.place);
    if (state.done === state.total) return wordsFinishing;
    const eta = state.eta ? ` ${wordsEta.replace("{t}", clock(state.eta + 1))}` : "";
    return wordsDone.replace("{done}", state.done).replace("{total}", state.total) + eta;
  }

  #refreshHead(state) {
    const target = "#generation-head";
    window.htmx.ajax("GET", window.location.href, { target, select: target, swap: "outerHTML" });
    if (this.announced !== state.label) announce(state.label);
    this.announced = state.label;
  }

  /** On a phone the open sentence lies over the script. */
  #closePanel() {
    const chosen = this.root.querySelector("[data-chosen]");
    this.root.querySelector("#sentence-panel").replaceChildren();
    chosen?.removeAttribute("data-chosen");
    chosen?.focus();
  }

  /** The open sentence has come to another state: show its new take, unless somebody is writing there. */
  #refreshPanel(state) {
    const panel = this.root.querySelector("#sentence-panel");
    const id = panel.querySelector("[data-sentence-panel]")?.dataset.sentencePanel;
    const find = (segments) => segments?.find((segment) => segment.id === id);
    const [before, now] = [find(this.state?.segments), find(state.segments)];
    if (!before || !now || (before.take === now.take && before.status === now.status)) return;
    const text = panel.querySelector("textarea");
    if (text && text.value !== text.defaultValue) return;
    const sentence = this.root.querySelector(`#sentence-${id}`);
    window.htmx.ajax("GET", sentence.getAttribute("hx-get"), { target: "#sentence-panel", swap: "innerHTML" });
  }

  #onClick(sentence) {
    if (!sentence) return;
    for (const other of this.sentences) other.toggleAttribute("data-chosen", other === sentence);
    if (sentence.dataset.status === "done") this.player.playFrom(this.sentences.indexOf(sentence));
  }

  #onKey(event) {
    if (event.target.closest("input, textarea, select, button")) return;
    if (event.key === " ") {
      event.preventDefault();
      this.player.toggle();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      const step = event.key === "ArrowRight" ? 1 : -1;
      this.player.playFrom(Math.min(Math.max(this.player.index + step, 0), this.sentences.length - 1));
    }
  }

  #showPlayer() {
    const { player } = this;
    const toggle = this.find("toggle");
    const sounding = player.playing || player.waiting;
    toggle.setAttribute("aria-pressed", String(sounding));
    toggle.setAttribute("aria-label", sounding ? toggle.dataset.pause : toggle.dataset.play);
    toggle.setAttribute("aria-busy", String(player.waiting));
    toggle.disabled = !player.sentences.some((sentence) => sentence.take);
    const seek = this.find("seek");
    seek.max = Math.max(player.duration, 0.1);
    seek.value = player.time;
    seek.setAttribute("aria-valuetext", clock(player.time));
    this.find("time").textContent = `${clock(player.time)} / ${clock(player.duration)}`;
    const marked = sounding ? player.index : -1;
    this.sentences.forEach((sentence, index) => {
      if (index === marked) sentence.setAttribute("aria-current", "true");
      else sentence.removeAttribute("aria-current");
    });
  }
}
