// Short messages at the foot of the page. The server sends them as Django messages, as out-of-band parts of an htmx
// answer, or in the header HX-Trigger: {"toast": {"text": "Saved", "level": "success"}}.
import { icon } from "./icon.js";

const ICONS = { success: "circle-check", warning: "triangle-alert", error: "circle-alert", info: "info" };
const STAY_MS = 6000;
const STAY_WITH_ACTION_MS = 15000;
const LEAVE_MS = 220;
const region = document.getElementById("toasts");

/**
 * Show a message. `action` is {label, run}: a button in it, such as Undo.
 * Errors and messages under the pointer or with the focus stay until they are dismissed.
 */
export function toast({ text, level = "info", action = null }) {
  const element = document.createElement("div");
  element.className = `toast ${level}`;
  element.setAttribute("role", level === "error" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  element.append(icon(ICONS[level] ?? "info"), words);
  if (action) element.append(actionButton(element, action));
  element.append(closeButton());
  region.append(element);
  return element;
}

function actionButton(element, { label, run }) {
  const button = document.createElement("button");
  button.className = "button quiet small";
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    leave(element);
    run();
  });
  return button;
}

function closeButton() {
  const button = document.createElement("button");
  button.className = "button quiet icon-only small";
  button.type = "button";
  button.dataset.toastClose = "";
  button.setAttribute("aria-label", region.dataset.dismiss);
  button.append(icon("x"));
  return button;
}

function leave(element) {
  element.classList.add("leaving");
  setTimeout(() => element.remove(), LEAVE_MS);
}

function watch(element) {
  if (element.classList.contains("error")) return;
  const stay = element.querySelector("form, button:not([data-toast-close])") ? STAY_WITH_ACTION_MS : STAY_MS;
  const tick = () => {
    if (element.matches(":hover, :focus-within")) setTimeout(tick, STAY_MS);
    else leave(element);
  };
  setTimeout(tick, stay);
}

if (region) {
  region.querySelectorAll(".toast").forEach(watch);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.classList?.contains("toast")) watch(node);
    }
  }).observe(region, { childList: true });
  region.addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) leave(close.closest(".toast"));
  });
  document.addEventListener("toast", (event) => toast(event.detail));
}
