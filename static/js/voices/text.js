// How text is counted: as people see characters. The server counts the same way.
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const PLAIN = /^[\x20-\x7e\n]*$/;

export function countCharacters(text) {
  const normal = text.replace(/\r\n?/g, "\n").normalize("NFC");
  if (PLAIN.test(normal) || !segmenter) return normal.length;
  let count = 0;
  for (const _ of segmenter.segment(normal)) count += 1;
  return count;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
