// When an htmx request fails, say so, in the words that templates/includes/messages.html holds ready.
import { toast } from "./toast.js";

const words = document.getElementById("toasts")?.dataset ?? {};

document.addEventListener("htmx:responseError", (event) => {
  toast({ level: "error", text: words[`failed-${event.detail.xhr.status}`] ?? words.failed });
});
document.addEventListener("htmx:sendError", () => toast({ level: "error", text: words.offline }));
