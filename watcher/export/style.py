"""How the card looks as a page: on a phone at arm's length, at night, and on one sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.export.colours import CHAINS, DARK, LIGHT

_LAYOUT = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:32rem;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
  line-break:strict;word-break:auto-phrase;
  font:1.0625rem/1.6 system-ui,"Hiragino Sans","Noto Sans CJK JP","Noto Sans JP","Yu Gothic",Meiryo,sans-serif}
header{border-top:10px solid var(--shop);padding:14px 16px 0}
main{padding:0 16px 24px}
h1{font-size:1.5rem;line-height:1.3;margin:0;word-break:normal}
h2{font-size:1.0625rem;line-height:1.4;margin:1.5rem 0 .4rem}
p{margin:.4rem 0}
.what{margin:0;color:var(--faint);font-size:.875rem}
.parcel{margin:14px 0 0;border:2px solid var(--ink);border-radius:14px;overflow:hidden;break-inside:avoid}
.inside{padding:4px 14px 12px}
.deadline{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 .6em;margin:0;
  padding:8px 14px 9px;background:var(--calm);color:var(--ink-on-deadline);
  font-size:1.15rem;line-height:1.4;font-weight:700}
.urgent{background:var(--urgent)}
.deadline .label{flex:1 0 100%;margin:0;font-size:.875rem;font-weight:400;color:inherit}
.deadline .left{font-size:1.35rem}
.label{margin:.6rem 0 0;font-size:.9375rem;line-height:1.4;color:var(--faint)}
.mark{display:inline-block;padding:0 .5em;border-radius:.4em;background:var(--warned);color:var(--ink)}
.number{display:flex;flex-wrap:wrap;gap:0 .5em;margin:0;font-weight:700;line-height:1.25;
  font-size:min(3rem,9.2vw);font-variant-numeric:tabular-nums;user-select:all;-webkit-user-select:all}
.number.three{gap:0;justify-content:space-between}
.number.plain{font-size:1.25rem}
.warned{margin:.6rem 0 0;padding:.45rem .7rem;border-radius:8px;background:var(--warned)}
.remarks{margin:.7rem 0 0;padding:0;list-style:none;font-size:.9375rem;line-height:1.5}
.remarks li{margin:.3rem 0;padding:.35rem .7rem;border-radius:8px;background:var(--plate)}
.remarks li.first{background:var(--warned)}
ol{margin:.5rem 0 0;padding:0;list-style:none;counter-reset:step}
ol li{position:relative;margin:0;padding:.5rem 0 .5rem 2.6rem;border-top:1px solid var(--plate);
  min-height:2.9rem}
ol li::before{counter-increment:step;content:counter(step);position:absolute;left:0;top:.5rem;width:1.8rem;
  height:1.8rem;border-radius:50%;background:var(--ink);color:var(--paper);font-weight:700;line-height:1.8rem;text-align:center}
ol b{display:block;font-size:1.3rem;line-height:1.3;font-variant-numeric:tabular-nums}
.slip{margin:.6rem 0 .8rem;padding:.6rem .8rem;border:2px solid var(--ink);border-radius:10px;font-weight:700}
.codes{break-inside:avoid}
.codes figure{margin:.6rem 0 0}
.codes figcaption{font-size:.875rem;line-height:1.4;color:var(--faint)}
.codes svg{display:block;width:100%;max-width:22rem;height:3.6rem;border-radius:4px}
.codes .square svg{width:9.5rem;height:9.5rem}
.small{font-size:.875rem;line-height:1.5;color:var(--faint)}
@page{size:A4;margin:10mm}
"""

_PAPER = """
html{font-size:9pt}
body{max-width:none;font-size:9.5pt;line-height:1.4}
header{padding-top:2mm}
main{padding-bottom:0}
h1{font-size:17pt}
h2{font-size:10.5pt;margin:2mm 0 1mm}
.deadline,ol li::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.parcels{display:grid;grid-template-columns:1fr 1fr;gap:3mm;margin-top:3mm}
.parcel{margin:0}
.parcel:only-child{grid-column:1/-1}
.number{font-size:23pt}
.parcel:only-child .number{font-size:34pt}
.number.plain,.parcel:only-child .number.plain{font-size:14pt}
.number.three{gap:0 .35em;justify-content:start}
.steps{display:flex;gap:8mm}
.steps section{flex:1;break-inside:avoid}
ol li{padding:.8mm 0 .8mm 8mm;min-height:7mm}
ol li::before{width:5.2mm;height:5.2mm;line-height:5.2mm;top:.9mm}
ol b{font-size:12pt;line-height:1.2}
.slip{margin:2mm 0 1mm;padding:1.5mm 3mm}
p{margin:1mm 0}
.how{display:grid;grid-template-columns:1fr 1fr;gap:7mm}
.how.two{grid-template-columns:1fr 1fr 1fr}
.how.two .steps{grid-column:1/3}
.beside{margin-top:2mm}
.codes .all{display:flex;flex-wrap:wrap;align-items:start;gap:2mm 5mm}
.codes figure{margin:0;flex:0 0 54mm}
.codes figure.square{flex-basis:38mm}
.codes figcaption{white-space:nowrap}
.codes svg{height:10mm}
.codes .square svg{width:18mm;height:18mm}
.many .bars{display:none}
.inside{padding:0 3.5mm 2mm}
.remarks{margin-top:1.5mm}
.remarks li{margin:.8mm 0;padding:.6mm 2mm}
.parcel:not(:only-child) .label{margin-top:1mm}
.parcels:has(>:nth-child(3)) .number{font-size:20pt}
.small{margin:0}
"""


def style_sheet() -> str:
    """The whole style sheet; dark only on screens that are dark."""
    shops = "".join(f".{chain.value}{{--shop:{colour}}}" for chain, colour in CHAINS.items() if chain)
    light = f":root{{color-scheme:light dark;--shop:{CHAINS[None]};{_variables(LIGHT)}}}"
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    return f"\n{light}\n{dark}\n{shops}{_LAYOUT}@media print{{{_PAPER}}}\n"


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
