// A form that is on its way is not sent again: two sign-ups by one double click would end in the wrong page.

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return; // a question comes first
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back from the next page, the form can be sent anew.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});
