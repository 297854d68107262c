// Sliders tell their value, texts their length.
//   <input type="range" data-output="id" data-unit="×">              <output id="id">
//   <textarea data-counter="id" data-limit="200">                    <span class="counter" id="id">
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many characters a person sees in `text`: an emoji of several code points is one. */
export function countGraphemes(text) {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

function showValue(input) {
  const output = document.getElementById(input.dataset.output);
  if (output) output.textContent = input.value + (input.dataset.unit ?? "");
}

function showCount(input) {
  const counter = document.getElementById(input.dataset.counter);
  if (!counter) return;
  const count = countGraphemes(input.value);
  const limit = Number(input.dataset.limit);
  counter.textContent = `${count.toLocaleString()} / ${limit.toLocaleString()}`;
  counter.classList.toggle("over", count > limit);
}

function refresh(input) {
  if (input.dataset?.output) showValue(input);
  if (input.dataset?.counter) showCount(input);
}

document.addEventListener("input", (event) => refresh(event.target));
const refreshAll = () => document.querySelectorAll("[data-output], [data-counter]").forEach(refresh);
document.addEventListener("htmx:load", refreshAll);
refreshAll();
