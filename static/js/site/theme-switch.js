const theme = window.voicecraftTheme;
const choices = document.querySelectorAll("[data-theme-choice]");

const show = () => {
  for (const button of choices) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme.get()));
  }
};

for (const button of choices) {
  button.addEventListener("click", () => {
    theme.set(button.dataset.themeChoice);
    button.closest("[popover]")?.hidePopover();
    show();
  });
}
addEventListener("storage", show);
show();
