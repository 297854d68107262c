// The studio's entry: gives life to whatever part of it is on the page, also after htmx has brought a new one.
import { openEditor } from "./editor.js";
import { openGeneration } from "./generation.js";
import { openPrice } from "./price.js";
import { listenForSamples } from "./samples.js";

const parts = [
  ["[data-editor]", openEditor],
  ["[data-generation]", openGeneration],
  ["[data-priced]", openPrice],
];

function wake(root) {
  for (const [selector, open] of parts) {
    const found = root.matches?.(selector) ? [root] : root.querySelectorAll(selector);
    for (const element of found) {
      if (element.dataset.awake) continue;
      element.dataset.awake = "true";
      open(element);
    }
  }
}

listenForSamples();
wake(document);
document.addEventListener("htmx:load", (event) => wake(event.target));
