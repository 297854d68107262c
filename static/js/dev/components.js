import { toast } from "../site/toast.js";

for (const button of document.querySelectorAll("[data-sample-toast]")) {
  button.addEventListener("click", () => {
    const action = button.dataset.action
      ? { label: button.dataset.action, run: () => toast({ text: "Taken back." }) }
      : null;
    toast({ text: "This is how a message looks.", level: button.dataset.sampleToast, action });
  });
}
