// A small player in our own look around a native <audio> of a short sound: play, place, time and its real waveform.
//   <div class="player" data-player data-play="Play" data-pause="Pause" data-place="Place"><audio controls src></audio></div>
// Where anything is missing, the native controls stay.
import { icon } from "./icon.js";

const BARS = 64;
const HEIGHT = 48;
const STEP = 4;
const SVG = "http://www.w3.org/2000/svg";
let clips = 0;

function clock(seconds) {
  const whole = Math.round(seconds) || 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The loudest sample of each of `BARS` equal parts, from 0 to 1. */
async function readPeaks(url) {
  const response = await fetch(url);
  const context = new OfflineAudioContext(1, 1, 8000);
  const samples = (await context.decodeAudioData(await response.arrayBuffer())).getChannelData(0);
  const size = Math.max(1, Math.floor(samples.length / BARS));
  const peaks = Array.from({ length: BARS }, (_, bar) => {
    const part = samples.subarray(bar * size, (bar + 1) * size);
    return part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  });
  const most = Math.max(...peaks, 0.01);
  return peaks.map((peak) => peak / most);
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** A waveform, and the rectangle whose width uncovers the part that was played. */
function wave() {
  const id = `clip-${(clips += 1)}`;
  const svg = shape("svg", { class: "wave", viewBox: `0 0 ${BARS * STEP} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const clip = shape("clipPath", { id });
  const played = shape("rect", { width: 0, height: HEIGHT });
  clip.append(played);
  const all = shape("path", {});
  const over = shape("path", { class: "wave-played", "clip-path": `url(#${id})` });
  svg.append(clip, all, over);
  const draw = (peaks) => {
    const bars = peaks.map((peak, index) => {
      const height = Math.max(2, peak * HEIGHT);
      return `M${index * STEP} ${(HEIGHT - height) / 2}h2v${height}h-2z`;
    });
    for (const path of [all, over]) path.setAttribute("d", bars.join(""));
  };
  draw(Array(BARS).fill(0));
  return { svg, draw, reach: (share) => played.setAttribute("width", share * BARS * STEP) };
}

function playButton(audio, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "play-button";
  const show = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", audio.paused ? words.play : words.pause);
  };
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
  show();
  return button;
}

function slider(words) {
  const input = document.createElement("input");
  Object.assign(input, { type: "range", min: 0, max: 1, step: 0.01, value: 0 });
  input.setAttribute("aria-label", words.place);
  return input;
}

function enhance(player) {
  const audio = player.querySelector("audio");
  if (!audio || player.dataset.ready) return;
  player.dataset.ready = "yes";
  const { svg, draw, reach } = wave();
  const place = slider(player.dataset);
  const time = document.createElement("span");
  time.className = "player-time";
  const track = document.createElement("div");
  track.className = "player-wave";
  track.append(svg, place);

  const show = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    place.max = length || 1;
    place.value = audio.currentTime;
    place.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(length)}`);
    reach(length ? audio.currentTime / length : 0);
    time.textContent = `${clock(audio.currentTime)} / ${clock(length)}`;
  };
  for (const name of ["timeupdate", "loadedmetadata", "seeking", "ended"]) audio.addEventListener(name, show);
  place.addEventListener("input", () => {
    audio.currentTime = Number(place.value);
  });
  audio.controls = false;
  player.prepend(playButton(audio, player.dataset), track, time);
  show();
  readPeaks(audio.src).then(draw, () => {}); // without peaks the flat line stays
}

document.querySelectorAll("[data-player]").forEach(enhance);
document.addEventListener("htmx:load", () => document.querySelectorAll("[data-player]").forEach(enhance));
