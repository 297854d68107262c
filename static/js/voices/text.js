// How text is counted, as the server counts it: as people see characters; and how a length is written.
import { countGraphemes } from "../site/fields.js";

const PLAIN = /^[\x20-\x7e\n]*$/; // one character each: no need to look closer

export function countCharacters(text) {
  const normal = text.replace(/\r\n?/g, "\n").normalize("NFC");
  return PLAIN.test(normal) ? normal.length : countGraphemes(normal);
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
