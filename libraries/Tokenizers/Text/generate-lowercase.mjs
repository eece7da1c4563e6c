// Writes lowercase.txt from Node's copy of the Unicode Character Database: node generate-lowercase.mjs > lowercase.txt
//
// One line per code point whose lower case is one other code point. U+0130 is left out: its lower case is two.
// Letter by letter and without a locale, as Hugging Face's Lowercase normalizer does it.

console.log(`# Unicode ${process.versions.unicode}. Written by generate-lowercase.mjs.`);
const hex = (code) => code.toString(16).toUpperCase().padStart(4, "0");
for (let code = 0; code <= 0x10ffff; code++) {
  if (code >= 0xd800 && code <= 0xdfff) continue;
  const [lower, ...rest] = String.fromCodePoint(code).toLowerCase();
  if (rest.length === 0 && lower.codePointAt(0) !== code) console.log(hex(code), hex(lower.codePointAt(0)));
}
