// Dialogs and questions.
//   <button data-dialog-open="id">, <button data-dialog-close>       open and close a <dialog>
//   <form data-confirm="Delete this?" data-confirm-detail="..." data-confirm-action="Delete">
//   <a hx-delete="..." hx-confirm="Delete this?">                    ask first, then go on
// Without JavaScript the form simply posts, and its page asks or offers to undo.
const dialog = document.getElementById("confirm-dialog");

/** Ask; resolves to true if the person goes on. */
export function confirm({ title, detail = "", action = "" }) {
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("#confirm-title").textContent = title;
  dialog.querySelector("#confirm-detail").textContent = detail;
  yes.textContent = action || yes.dataset.label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function question(element, title) {
  return { title, detail: element.dataset.confirmDetail, action: element.dataset.confirmAction };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const title = form.dataset?.confirm;
  if (!title || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  if (!(await confirm(question(form, title)))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
}, { capture: true });

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await confirm(question(event.detail.elt, event.detail.question))) event.detail.issueRequest(true);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
  const closer = event.target.closest?.("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  // A click on the backdrop is a click on the dialog itself, outside of its box.
  if (event.target.matches?.("dialog[open]") && outside(event)) event.target.close();
});

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
