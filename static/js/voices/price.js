// What pressing the button costs, said before it is pressed. The server asks for no more than was said here.
import { countCharacters } from "./text.js";

const BLOCK = 100; // characters that one unit of price has; begun ones count

export function openPrice(form) {
  const line = form.querySelector("[data-price]");
  const text = form.elements.text;
  if (!line || !text) return;
  const most = form.querySelector("[data-price-most]");
  const update = () => {
    const counted = countCharacters("priced" in form.dataset ? text.value.trim() : text.value);
    const price = quote(line.dataset, counted, isPremium(form));
    if (most) most.value = counted ? price.credits : "";
    show(line, price);
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}

function isPremium(form) {
  return "premium" in form.dataset || "premium" in (form.querySelector("[name=voice]:checked")?.dataset ?? {});
}

function quote({ left, unit, premium, agreed }, characters, hasPremium) {
  const free = left === "" ? characters : Math.min(characters, Number(left));
  const credits =
    Math.ceil((characters - free) / BLOCK) * Number(unit) +
    (hasPremium ? Math.ceil(characters / BLOCK) * Number(premium) : 0);
  return { characters, free, credits: Math.max(credits, Number(agreed || 0)) };
}

function show(line, { characters, free, credits }) {
  const words = line.dataset;
  const number = (n) => Number(n).toLocaleString();
  const say = line.querySelector("[data-price-text]");
  say.dataset.rule ??= say.textContent;
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const inCredits = (n) => fill(n === 1 ? words.credit : words.credits, { c: number(n) });
  const price = inCredits(credits);
  const allowance = words.left === "" ? words.included : words.free;
  const first = fill(allowance, { n: number(characters), free: number(free), left: number(words.left) });
  if (!characters) say.textContent = say.dataset.rule;
  else if (!credits) say.textContent = first;
  else if (free) say.textContent = fill(words.and, { a: first, b: price });
  else say.textContent = fill(words.colon, { a: fill(words.paid, { n: number(characters) }), b: price });
  const short = line.querySelector("[data-price-short]");
  short.hidden = credits <= Number(words.balance);
  line.querySelector("[data-price-short-text]").textContent = fill(words.short, { b: inCredits(Number(words.balance)) });
}
