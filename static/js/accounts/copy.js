// A button with data-copy="id" puts that list on the clipboard, one item a line, and says so.

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const items = document.getElementById(button.dataset.copy).querySelectorAll("li");
  await navigator.clipboard.writeText([...items].map((item) => item.textContent.trim()).join("\n"));
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2000);
}
