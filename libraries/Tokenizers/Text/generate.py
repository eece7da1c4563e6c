"""Writes decompositions.txt from Python's copy of the Unicode Character Database: python3 generate.py > decompositions.txt

Only what Unicode 9 had: Hugging Face's normalizers know no later version, and a tokenizer.json must mean the same to both.
Perl knows since when a character exists.

One line per code point that normalization touches: code point, canonical combining class, kind, decomposition.
Kind: "=" canonical and composed again, "!" canonical but never composed, "~" compatibility, "." combining class only.
Hangul syllables are left out: they are computed.
"""

import subprocess
import sys
import unicodedata

known = subprocess.run(
    ["perl", "-e", r"for (0 .. 0x10FFFF) { print chr($_) =~ /\p{Present_In: 9.0}/ ? 1 : 0 }"], capture_output=True, check=True, text=True
).stdout

print("# Unicode 9.0. Written by generate.py.")
for code in range(sys.maxunicode + 1):
    if 0xAC00 <= code <= 0xD7A3 or known[code] == "0":
        continue
    text = chr(code)
    combining = unicodedata.combining(text)
    decomposition = unicodedata.decomposition(text).split()
    if not combining and not decomposition:
        continue
    if not decomposition:
        kind = "."
    elif decomposition[0].startswith("<"):
        kind, decomposition = "~", decomposition[1:]
    else:
        kind = "=" if unicodedata.normalize("NFC", text) == text else "!"
    print(f"{code:04X} {combining} {kind}", *decomposition)
