// A button with data-sample plays that sound; pressing it again, or another one, stops it.
const audio = new Audio();
let playing = null;

function stop() {
  audio.pause();
  playing?.setAttribute("aria-pressed", "false");
  playing = null;
}

export function listenForSamples() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sample]");
    if (!button) return;
    event.preventDefault();
    const again = button === playing;
    stop();
    if (again) return;
    playing = button;
    button.setAttribute("aria-pressed", "true");
    audio.src = button.dataset.sample;
    audio.play().catch(stop);
  });
  audio.addEventListener("ended", stop);
  audio.addEventListener("error", stop);
}
