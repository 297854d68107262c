// Says in words why a passkey did not work, and hides passkeys where the browser has none.

if (!window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = true;
}

const trouble = document.querySelector("[data-passkey-trouble]");

document.addEventListener("allauth.error", (event) => {
  if (!trouble) return;
  event.preventDefault(); // or it would only be written to the console
  show(event.detail.exception?.name);
});

function show(name) {
  const known = trouble.querySelector(`[data-when="${CSS.escape(name ?? "other")}"]`);
  const chosen = known ?? trouble.querySelector('[data-when="other"]');
  for (const text of trouble.querySelectorAll("[data-when]")) text.hidden = text !== chosen;
  trouble.hidden = false;
}
