# ruff: noqa: E501, Q003 - bait is clearest as it is thrown
"""A hundred things that a hostile feed may put into any of its fields."""

from __future__ import annotations

_MENTIONS = ["@everyone", "@here", "@channel", "@all", "@room", "@username", "<@123456789>", "<@!123456789>", "<@&987654321>", "<#123456>", "<!channel>",
    "<!here|here>", "<!everyone>", "<!subteam^S1|@team>", "<@U024BE7LH>", "<#C024BE7LR|general>", "＠everyone", "@\u200beveryone", "@every\u200bone", "\u202e@everyone",
    "<tg://user?id=123>", "[x](tg://user?id=123)", "</help:1234>", "/start", "/ban@evilbot", "evil@evil.example", "~town-square", "$EVIL", "<!date^1392734382^{date}|x>", "@\u00adeveryone", "＃general", "<t:1618953630:R>", "<a:party:123>", "<:smile:123>", "<id:customize>", "@{everyone}", "a@everyone b"]  # fmt: skip
_LINKS = ["[click](javascript:alert(1))", "[click](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "![x](https://evil.example/pixel.png)",
    "[x]( javascript:alert(1) )", "[x](<javascript:alert(1)>)", "<javascript:alert(1)>", "<javascript:alert(1)|x>", "<https://evil.example|bank.example>", "[ref]: javascript:alert(1)",
    "[a][b]\n\n[b]: data:text/html,x", "<file:///etc/passwd>", "file:///etc/passwd", "vbscript:msgbox(1)", "mailto:evil@evil.example", "tel:+123", "ftp://evil.example/x", "data:text/html;base64,PHNjcmlwdD4=",
    "<https://evil.example>", "discord.gg/evil", "t.me/evil", "slack://open", "tg://resolve?domain=evil", "https://t.me/evil", "mattermost://evil", "www.evil.example", "[https://bank.example](https://evil.example)", "<a href='tg://user?id=1'>x</a>", "javascript\u200b:alert(1)", "https://evil.example\\@bank.example/"]  # fmt: skip
_MARKUP = ["**bold", "__x__", "*", "_", "~~gone~~", "||spoiler||", "`code`", "```\nblock\n```", "# Heading", "\n# Heading", "> quote", ">>> all", "- item", "1. item", "| a | b |\n|---|---|", "---",
    "\\", "\\*", "](", "[", "]", "$$x$$", ":smile:", "-# small", ":rotating_light:", "_~*`*~_", "*a* *b*", "&gt; quote", "&lt;!here&gt;", "    code", "~~~\nfence", "===", "<b>x</i>", "<tg-spoiler>x", "<pre>", "<u>", "a\\", "`", "||", "<b>", "</b>", "<b", "</a>", "&amp;", "&", "&#60;script&#62;", "<!--", "]]>", "{{ ''.__class__ }}", "{% for x in y %}", "${env}", "%s%n", "{0}"]  # fmt: skip
_HTML = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "\" onmouseover=alert(1) x=\"", "' onfocus=alert(1) autofocus '", "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "<iframe src=javascript:alert(1)>", "<a href=javascript:alert(1)>x</a>", "<style>body{display:none}</style>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example>", "<form action=//evil.example>", "<link rel=stylesheet href=//evil.example>", "<math><mtext><script>alert(1)</script>", "\x00<script>", "<scr\x00ipt>"]  # fmt: skip
_HEADERS = ["a\r\nBcc: evil@evil.example", "a\nTo: evil@evil.example\n\nbody", "=?utf-8?q?=0d=0aBcc:evil@evil.example?=", "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\ud800", "a\u2028b\u2029c",
    "\ufeff\u2066x\u2069", "x" * 5000, "ñ" * 3000, "🚢" * 2000, "a\x0bb\x0cc", "\x85\x8d"]  # fmt: skip
PAYLOADS = [*_MENTIONS, *_LINKS, *_MARKUP, *_HTML, *_HEADERS]
#: addresses that a line may carry; none of them may become a link, but the last three
URLS = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "https://user:pw@evil.example/", "https://evil.example\\@bank.example", "http:\\\\evil.example",
    "https://a.example/\"onclick=\"x", "https://a.example/)](javascript:alert(1))", "https://a.example/|>x<b>@everyone"]  # fmt: skip
