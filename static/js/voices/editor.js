// The editor: live count, a draft that survives a reload, the controls that the chosen voice has and no others.
import { expectSpeech } from "./generation.js";
import { openPrice } from "./price.js";
import { countCharacters } from "./text.js";

const DRAFT = "voicecraft:draft";
const CHARACTERS_PER_SECOND = 15; // of speech, at speed 1

export function openEditor(form) {
  const text = form.querySelector("[name=text]");
  const submit = form.querySelector("[data-speak]");
  keepDraft(form, text);
  countWhileTyping(form, text, submit);
  openPrice(form);
  followVoice(form);
  showRanges(form);
  offerMarkup(form, text);
  openFiles(form, text);

  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!submit.disabled) form.requestSubmit(submit);
    }
  });
  form.addEventListener("submit", () => {
    expectSpeech();
    submit.setAttribute("aria-busy", "true");
  });
}

function keepDraft(form, text) {
  if (!text.value) text.value = localStorage.getItem(DRAFT) ?? "";
  text.addEventListener("input", () => localStorage.setItem(DRAFT, text.value));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Location")) localStorage.removeItem(DRAFT);
  });
}

function countWhileTyping(form, text, submit) {
  const count = form.querySelector("[data-count]");
  const length = form.querySelector("[data-length]");
  const limit = Number(form.dataset.limit);
  const update = () => {
    const characters = countCharacters(text.value);
    const tooLong = characters > limit;
    count.textContent = characters.toLocaleString();
    count.closest("[data-counter]").classList.toggle("over", tooLong);
    submit.disabled = tooLong || !text.value.trim();
    const seconds = characters / CHARACTERS_PER_SECOND / (Number(form.elements.speed?.value) || 1);
    length.textContent = seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
  };
  form.addEventListener("input", update);
  update();
}

function followVoice(form) {
  const update = () => {
    const chosen = form.querySelector("[name=voice]:checked");
    const emotions = (chosen?.dataset.emotions ?? "").split(",").filter(Boolean);
    for (const part of form.querySelectorAll("[data-for-voice]")) part.hidden = true;
    for (const part of form.querySelectorAll(`[data-for-voice="${chosen?.dataset.model}"]`)) part.hidden = false;
    const emotion = form.elements.emotion;
    if (emotion) {
      emotion.closest("[data-emotion]").hidden = emotions.length === 0;
      for (const option of emotion.options) option.hidden = Boolean(option.value) && !emotions.includes(option.value);
      if (emotion.value && !emotions.includes(emotion.value)) emotion.value = "";
    }
  };
  form.addEventListener("change", update);
  update();
}

function showRanges(form) {
  for (const range of form.querySelectorAll("input[type=range]")) {
    const output = form.querySelector(`output[for="${range.id}"]`);
    const update = () => {
      output.textContent = `${Number(range.value).toFixed(2).replace(/0$/, "")}×`;
    };
    range.addEventListener("input", update);
    update();
  }
}

function offerMarkup(form, text) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const { selectionStart: start, selectionEnd: end, value } = text;
    const selected = value.slice(start, end);
    const inserted = button.dataset.insert === "emphasis" ? `*${selected.trim() || "word"}*` : " [pause 0.5s] ";
    text.focus();
    text.setRangeText(inserted, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** As the server reads text files: UTF-16 by its mark, else UTF-8, else what Windows wrote in former days. */
function decode(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(buffer);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(buffer);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  } catch {
    return new TextDecoder("windows-1252").decode(buffer);
  }
}

/** A chosen or dropped text file becomes the script. */
function openFiles(form, text) {
  const input = form.elements.file;
  const open = async (file) => {
    if (!file) return;
    text.value = decode(await file.arrayBuffer());
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    input.value = "";
  };
  form.querySelector("[data-open-file]").addEventListener("click", () => input.click());
  input.addEventListener("change", () => open(input.files[0]));
  text.addEventListener("dragover", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });
}
