"""Why a mail is believed or not: one sentence for the word of each verdict."""

from __future__ import annotations

from watcher.notify.notification import Language

REASONS = {
    "dmarc_pass": (
        "your provider found it to be Amazon.co.jp's (DMARC)",
        "プロバイダーがAmazon.co.jpからのメールと確認しました(DMARC)",
    ),
    "dkim_pass": (
        "your provider found Amazon.co.jp's signature to be good (DKIM)",
        "プロバイダーがAmazon.co.jpの署名を確認しました(DKIM)",
    ),
    "spf_pass": (
        "your provider found that Amazon.co.jp's own server sent it (SPF)",
        "プロバイダーがAmazon.co.jpのサーバーからの送信と確認しました(SPF)",
    ),
    "own_dkim_pass": (
        "Amazon.co.jp's signature is good, as we checked ourselves (DKIM)",
        "Amazon.co.jpの署名をここで確認しました(DKIM)",
    ),
    "dmarc_fail": (
        "it says that it is from Amazon.co.jp, but your provider found that it is not (DMARC)",
        "Amazon.co.jpを名乗っていますが、プロバイダーの判定で偽物とわかりました(DMARC)",
    ),
    "spf_fail": (
        "it says that it is from Amazon.co.jp, but it is not signed and a server sent it that may not (SPF)",
        "Amazon.co.jpを名乗っていますが、署名がなく、許可のないサーバーから送られています(SPF)",
    ),
    "foreign_pass": (
        "it says that it is from Amazon.co.jp, but somebody else signed or sent it",
        "Amazon.co.jpを名乗っていますが、署名または送信したのは別の相手です",
    ),
    "several_senders": (
        "it names several senders, one of them Amazon's",
        "送信元が複数書かれていて、その一つがAmazonを名乗っています",
    ),
    "homograph_domain": (
        "the sender's address looks like amazon.co.jp but has letters of another kind",
        "送信元のアドレスに、amazon.co.jpとよく似た別の文字が使われています",
    ),
    "amazon_inside_domain": (
        "the sender's address only contains amazon.co.jp and belongs to somebody else",
        "送信元のアドレスはamazon.co.jpを含むだけで、別の相手のものです",
    ),
    "look_alike_domain": (
        "the sender's address was made to look like Amazon's",
        "送信元のアドレスがAmazonに似せて作られています",
    ),
    "misspelt_domain": (
        "the sender's address is amazon with a letter changed",
        "送信元のアドレスは、amazonの文字を少し変えたものです",
    ),
    "address_as_name": (
        "the sender's name is an address of Amazon's, the real address is another",
        "送信者名にAmazonのアドレスを書いていますが、本当のアドレスは別です",
    ),
    "display_name": (
        "the sender calls himself Amazon, but the address is somebody else's",
        "送信者名はAmazonですが、アドレスは別の相手のものです",
    ),
    "no_results": (
        "your provider wrote nothing about the sender",
        "プロバイダーによる送信元の判定が見つかりません",
    ),
    "no_aligned_pass": (
        "nothing shows that Amazon.co.jp sent it, for instance because it was forwarded or changed on its way",
        "転送や途中の変更などのため、Amazon.co.jpからのメールと確認できません",
    ),
    "amazonses_only": (
        "it is signed by Amazon's mail service only, which anybody can use",
        "誰でも使えるAmazonの送信サービスの署名しかありません",
    ),
    "dkim_not_usable": (
        "Amazon.co.jp's signature does not cover enough of the mail",
        "Amazon.co.jpの署名が、メールの必要な部分を含んでいません",
    ),
    "dkim_broken": (
        "Amazon.co.jp's signature does not fit, for instance because the mail was changed on its way",
        "途中で変更されたなどの理由で、Amazon.co.jpの署名が合いません",
    ),
    "dns_unavailable": (
        "the key of Amazon.co.jp's signature could not be looked up yet; this is tried again every hour",
        "署名の鍵をまだ取得できません(1時間ごとに再試行します)",
    ),
    "forwarded": (
        "a person forwarded it, so nothing shows who wrote it first",
        "人が転送したメールのため、元の送信元を確認できません",
    ),
    "another_amazon": (
        "it is from Amazon, but not from Amazon.co.jp",
        "Amazonからですが、Amazon.co.jpではありません",
    ),
    "not_amazon": (
        "it is not from Amazon.co.jp",
        "Amazon.co.jpからのメールではありません",
    ),
    "no_sender": (
        "it names no sender",
        "送信元が書かれていません",
    ),
    "unreadable": (
        "it cannot be read",
        "読み取れないメールです",
    ),
    "too_large": (
        "it is larger than 5 MB",
        "5MBを超えています",
    ),
}
"""Reason → English, Japanese."""


def reason_words(reason: str, language: Language) -> str:
    """The sentence for a reason; one that has none, such as the name of an error, stands for itself."""
    if reason not in REASONS:
        return reason
    return REASONS[reason][language == "ja"]
