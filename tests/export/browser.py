"""A real browser without a window, for pages and what is printed of them."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import needs

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
"""Where pictures are kept, to be looked at."""

PHONE = 360
"""Width of a small phone in CSS pixels."""

_PATIENCE = 120
_PROBE = """
<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0;background:#888;display:flex;align-items:start;gap:8px}
iframe{border:0;flex:none}</style><body>%s<script>
const light=c=>{const v=c.map(x=>x/255).map(x=>x<=.03928?x/12.92:((x+.055)/1.055)**2.4);
return .2126*v[0]+.7152*v[1]+.0722*v[2]};
const parts=s=>s.match(/[\\d.]+/g).map(Number);
const ground=e=>{for(;e;e=e.parentElement){const c=parts(getComputedStyle(e).backgroundColor);
if(c.length<4||c[3]==1)return c.slice(0,3)}return [255,255,255]};
const contrast=e=>{const pair=[light(parts(getComputedStyle(e).color).slice(0,3)),light(ground(e))];
return (Math.max(...pair)+.05)/(Math.min(...pair)+.05)};
const own=e=>[...e.childNodes].some(n=>n.nodeType==3&&n.data.trim());
const probe=frame=>{const d=frame.contentDocument,all=[...d.body.querySelectorAll('*')];
frame.height=d.documentElement.scrollHeight;
return {width:d.documentElement.scrollWidth,
beyond:all.filter(e=>e.getBoundingClientRect().right>frame.clientWidth+.5).length,
numbers:[...d.querySelectorAll('.number:not(.plain)')].map(n=>[n.textContent,
parseFloat(getComputedStyle(n).fontSize),Math.round(n.clientHeight/parseFloat(getComputedStyle(n).lineHeight))]),
ground:getComputedStyle(d.body).backgroundColor,
contrast:Math.min(...all.filter(own).map(contrast)),
smallest:Math.min(...all.filter(own).map(e=>parseFloat(getComputedStyle(e).fontSize)))}};
onload=()=>{const out=document.createElement('pre');out.id='probed';
out.textContent=JSON.stringify([...document.querySelectorAll('iframe')].map(probe));
out.style.display='none';document.body.append(out)}
</script>
"""


def chromium(home: Path, *arguments: str) -> str:
    """Runs the browser once with a profile of its own; returns what it wrote."""
    needs("chromium")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
    command += ["--disable-dev-shm-usage", f"--user-data-dir={home}/profile", *arguments]
    environment = {**os.environ, "HOME": str(home)}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=_PATIENCE, env=environment, encoding="utf-8"
    )
    return done.stdout


def measured(home: Path, pages: Sequence[str], picture: Path | None = None, *, dark: bool = False) -> list[Any]:
    """What the browser makes of pages on a small phone, each in a frame of its own.

    Args:
        home: an empty folder.
        pages: documents.
        picture: where to keep a picture of all.
        dark: whether the person prefers dark pages.
    """
    frames = "".join(f'<iframe width="{PHONE}" height="800" srcdoc="{html.escape(page)}"></iframe>' for page in pages)
    probe = home / "probe.html"
    probe.write_text(_PROBE % frames, "utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    dumped = chromium(home, *scheme, "--dump-dom", "--virtual-time-budget=5000", probe.as_uri())
    if picture is not None:
        picture.parent.mkdir(exist_ok=True)
        size = f"--window-size={(PHONE + 8) * len(pages)},1800"
        chromium(home, *scheme, size, f"--screenshot={picture}", "--virtual-time-budget=5000", probe.as_uri())
    found = re.search(r'<pre id="probed"[^>]*>(.*?)</pre>', dumped, re.DOTALL)
    assert found, dumped[-2000:]
    result = json.loads(html.unescape(found[1]))
    assert isinstance(result, list)
    return result
