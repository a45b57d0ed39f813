"""The colours of the card as a page and as a picture; every pair of text and ground can be read by weak eyes.

Terminology:
    paper: what the card lies on. ink: text on it. faint: less important text on it.
    plate: the ground of what stands out. urgent, calm: grounds of the deadline, with ``ink_on_deadline``.
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher.extractors.notice import Chain

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "ink": "#14171a",
    "faint": "#4a5057",
    "plate": "#eef1f4",
    "line": "#8a9199",
    "warned": "#fff3cd",
    "calm": "#14171a",
    "urgent": "#a3001b",
    "ink-on-deadline": "#ffffff",
}
DARK: Mapping[str, str] = {
    "paper": "#101316",
    "ink": "#f3f5f7",
    "faint": "#b9c0c7",
    "plate": "#22272d",
    "line": "#7d858d",
    "warned": "#453700",
    "calm": "#f3f5f7",
    "urgent": "#ffb3ba",
    "ink-on-deadline": "#101316",
}
CHAINS: Mapping[Chain | None, str] = {
    Chain.LAWSON: "#0067b6",
    Chain.FAMILYMART: "#009b4d",
    Chain.MINISTOP: "#f2a900",
    None: "#8a9199",
}
"""A stripe on top, near the colour of the shop's sign: the card of the right shop is found at a glance."""
