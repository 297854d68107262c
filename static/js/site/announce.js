const region = document.getElementById("announcer");

/** Have screen readers say `text` when they are next free. */
export function announce(text) {
  if (!region) return;
  region.textContent = "";
  // A change is only spoken if the region was empty before it.
  setTimeout(() => {
    region.textContent = text;
  }, 60);
}
