// Runs before the page is painted, so that the chosen colours never flash. Not a module: modules come too late.
(() => {
  const root = document.documentElement;
  const paper = { light: "#f3f5f1", dark: "#0e1412" };

  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage can be forbidden
    }
  };

  // The browser's own bar takes the colour of the page.
  const paintBar = (choice) => {
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const system = meta.media.includes("dark") ? "dark" : "light";
      meta.content = paper[choice] ?? paper[system];
    }
  };

  const apply = (choice) => {
    if (choice in paper) root.dataset.theme = choice;
    else delete root.dataset.theme;
    paintBar(choice);
  };

  root.classList.add("js");
  apply(stored() ?? "auto");
  addEventListener("storage", (event) => {
    if (event.key === "theme") apply(event.newValue ?? "auto");
  });
  window.voicecraftTheme = {
    get: () => root.dataset.theme ?? "auto",
    set(choice) {
      try {
        localStorage.setItem("theme", choice);
      } catch {
        // then it lasts for this page
      }
      apply(choice);
    },
  };
})();
