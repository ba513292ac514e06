#!/usr/bin/env bash
# matplotlib 3.11.2: with `mathtext.fontset: cm` a PDF shows -0.42, and its text has no such number.
#
# The setting makes formulas look like LaTeX's, and is in many a style sheet. The old TeX fonts that
# it brings keep their glyphs at places of their own, and the PDF does not say what they stand for.
# So readers take the places for Latin letters: the decimal point is a colon, a minus an inverted
# exclamation mark, mu a superscript one, sigma three quarters, an arrow an exclamation mark. The
# page looks right. Who searches a report for -0.42, copies it, or lets a program read it, finds
# other signs. With the default fonts, or with those of the set `stix`, each is read as it is.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    matplotlib==3.11.2 pypdf==7.1.0 pdfminer.six==20260107

export MPLCONFIGDIR=$place
"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import io

import matplotlib
import pypdf
from matplotlib.figure import Figure
from pdfminer.high_level import extract_text

def made(fonts):
    with matplotlib.rc_context({"mathtext.fontset": fonts}):
        figure = Figure()
        figure.text(0.1, 0.5, r"$\mu = -0.42, \sigma \leq 1.5, w \to 7 \pm 1$")
        figure.savefig(file := io.BytesIO(), format="pdf")
    return file.getvalue()
for fonts in ("dejavusans", "stix", "cm"):
    print(fonts)
    file = made(fonts)
    for name, text in {
        "pypdf": pypdf.PdfReader(io.BytesIO(file)).pages[0].extract_text(),
        "pdfminer": extract_text(io.BytesIO(file)),
    }.items():
        print(f"  {name:9}", " ".join(text.split()))
PYTHON
diff - "$place/seen" <<'EXPECTED'
dejavusans
  pypdf     μ = −0.42, σ ≤ 1.5, w → 7 ± 1
  pdfminer  μ = −0.42, σ ≤ 1.5, w → 7 ± 1
stix
  pypdf     μ = −0.42, σ ≤ 1.5, w → 7 ± 1
  pdfminer  μ = −0.42, σ ≤ 1.5, w → 7 ± 1
cm
  pypdf     ¹ = ¡0:42; ¾ ∙ 1:5; w ! 7 § 1
  pdfminer  ¹ = 0:42; ¾ ¡ 1:5; w 7 1 § ! ∙
EXPECTED
