"""The pages about setting up by provider, made from ``data/providers.toml``; see :mod:`watcher.cli.manual`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.cli.words.providers import ProviderWords, words
from watcher.data import load
from watcher.notify.notification import Language


def provider_page(language: Language) -> str:
    """A table of every provider whose way in is known, and what each wants first, in Markdown."""
    said = words(language)
    known = [provider for provider in load("providers")["provider"] if "secret" in provider]
    parts = [f"# {said.title}", said.other_language, said.generated, said.introduction]
    parts += [_table(known, said), said.after]
    for provider in known:
        parts += [f"## {provider['name']}", *_paragraphs(provider, language, said)]
    return "\n\n".join(parts) + "\n"


def _table(providers: list[Mapping[str, Any]], said: ProviderWords) -> str:
    rows = [
        f"| {provider['name']} | `{provider['imap_hosts'][0]}` | {provider.get('port', 993)} "
        f"| {said.user[provider['user']]} | {said.secret[provider['secret']]} |"
        for provider in providers
    ]
    return "\n".join((f"| {' | '.join(said.heads)} |", "| --- | --- | --- | --- | --- |", *rows))


def _paragraphs(provider: Mapping[str, Any], language: Language, said: ProviderWords) -> list[str]:
    found = [str(provider[language])] if language in provider else []
    if "secret_url" in provider:
        found.append(said.where.format(f"<{provider['secret_url']}>"))
    domains = ", ".join(f"`{domain}`" for domain in provider.get("domains", ()))
    facts = [
        said.domains.format(domains) if domains else "",
        said.junk.format(", ".join(f"`{name}`" for name in provider["junk"])) if "junk" in provider else "",
        said.judged if provider.get("authserv_ids") or provider.get("without_id") else said.not_judged,
        said.source.format(provider["source"], provider["year"]),
    ]
    return [*found, "\n".join(f"- {fact}" for fact in facts if fact)]
