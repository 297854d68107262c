// Menus are popovers and work alone; here the arrow keys, the place where the browser cannot anchor, and hints.
const anchored = CSS.supports("position-area", "block-end");
const GAP_PX = 6;

function invoker(menu) {
  return document.querySelector(`[popovertarget="${menu.id}"]`);
}

function openedBy(button) {
  const menu = document.getElementById(button.getAttribute?.("popovertarget"));
  return menu?.matches(".menu:popover-open") ? menu : null;
}

function place(menu) {
  const from = invoker(menu)?.getBoundingClientRect();
  if (!from) return;
  const { width, height } = menu.getBoundingClientRect();
  const below = from.bottom + GAP_PX;
  const top = below + height < innerHeight ? below : Math.max(GAP_PX, from.top - GAP_PX - height);
  menu.style.inset = `${top}px auto auto ${Math.max(GAP_PX, from.right - width)}px`;
  menu.style.margin = "0";
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]")) return;
  const open = event.newState === "open";
  if (open && !anchored) place(menu);
}, { capture: true });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".has-tip").forEach((owner) => owner.classList.add("dismissed"));
  const menu = event.target.closest?.(".menu") ?? openedBy(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length)?.focus();
});

document.addEventListener("pointerover", (event) => {
  event.target.closest?.(".has-tip")?.classList.remove("dismissed");
});
document.addEventListener("focusin", (event) => {
  event.target.closest?.(".has-tip")?.classList.remove("dismissed");
});
