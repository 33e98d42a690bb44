from __future__ import annotations

import sys
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor import config as configs
from monitor.errors import ConfigError

MINIMAL = """
[[topic]]
id = "v"
query = "venezuela"
[[channel]]
id = "screen"
url = "terminal://"
[[subscription]]
topic = "v"
channel = "screen"
"""


def load(tmp_path: Path, text: str, **files: str) -> configs.Config:
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content, encoding="utf-8")
    path = tmp_path / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    return configs.load(path)


def problems(tmp_path: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **files)
    return [str(problem).replace(str(tmp_path) + "/", "") for problem in caught.value.problems]


def test_shipped_configuration_is_good() -> None:
    config = configs.load(configs.starter() / "monitor.toml")
    assert 60 <= len(config.feeds) <= 120
    assert {feed.language for feed in config.feeds} >= {"en", "es", "fr", "pt", "nl"}
    assert [topic.id for topic in config.topics] == ["venezuela"]
    assert configs.warnings(config) == []


def test_every_key_that_the_code_knows_stands_in_the_shipped_example() -> None:
    text = (configs.starter() / "monitor.toml").read_text(encoding="utf-8")
    tables = [configs.File, *configs.TABLES.values(), *configs.LISTS.values()]
    topic = (configs.starter() / "topics" / "venezuela.toml").read_text(encoding="utf-8")
    missing = [
        f"{table.__name__}.{key}" for table in tables for key in table.__struct_fields__ if key not in text + topic
    ]
    assert missing == []


def test_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    config = load(tmp_path, MINIMAL)
    (subscription,) = config.subscriptions
    assert (subscription.send, subscription.threshold, subscription.max_per_day, subscription.min_origins) == (
        "now",
        0.65,
        10,
        1,
    )
    assert (subscription.settle, subscription.gap) == (timedelta(seconds=90), timedelta(minutes=15))
    assert subscription.digest_at == (time(7), time(19))
    assert config.fetch.max_body == 15_000_000
    assert config.web.listen == "127.0.0.1:8080"


def test_every_problem_is_told_at_once_with_file_key_and_nearest_key(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        timezon = "UTC"
        [fetch]
        intervall = "10m"
        timeout = "soon"
        [[feed]]
        name = "no address"
        [[topic]]
        id = "v"
        query = "venezuela"
        [[subscription]]
        topic = "w"
        channel = "screen"
        """,
    )
    text = "\n".join(found)
    assert "monitor.toml: timezon: unknown key (did you mean 'timezone'?)" in text
    assert "fetch.intervall: unknown key (did you mean 'interval'?)" in text
    assert "fetch.timeout: expected a duration" in text
    assert "feed[0].url: is required" in text
    assert "subscription[0].topic: there is no topic 'w'" in text
    assert "subscription[0].channel: there is no channel 'screen'" in text


def test_a_bad_query_shows_the_place_with_a_caret(tmp_path: Path) -> None:
    found = problems(tmp_path, MINIMAL.replace('"venezuela"', '"venezuela AND (maduro"'))
    assert any("topic[0].query" in line and "^" in line for line in found)


def test_values_come_from_the_environment_and_from_secret_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHERE", "America/Caracas")
    text = 'timezone = "${WHERE}"\n' + MINIMAL.replace('url = "terminal://"', 'url_file = "desk.url"')
    config = load(tmp_path, text, desk__url="mailtos://user:secret@example.org\n")
    assert config.timezone == "America/Caracas"
    assert config.channels[0].url == "mailtos://user:secret@example.org"


def test_a_missing_variable_is_named_and_a_doubled_dollar_is_one(tmp_path: Path) -> None:
    found = problems(tmp_path, MINIMAL.replace('"terminal://"', '"slack://${NO_SUCH_TOKEN}"'))
    assert found == ["monitor.toml: channel[0].url: the environment variable NO_SUCH_TOKEN is not set"]
    config = load(tmp_path, MINIMAL.replace('query = "venezuela"', "query = 'venezuela'\nname = '$${X}'"))
    assert config.topics[0].name == "${X}"


def test_no_error_and_no_repr_repeats_a_secret(tmp_path: Path) -> None:
    text = MINIMAL.replace('"terminal://"', '"mailtos://user:hunter2@example.org"')
    assert "hunter2" not in repr(load(tmp_path, text))
    assert "hunter2" not in repr(load(tmp_path, text).channels)
    broken = problems(tmp_path, text.replace('"mailtos://user:hunter2@example.org"', '["hunter2"]'))
    assert "hunter2" not in "\n".join(broken)


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "names.tsv").write_text(
        "id\ttype\tin\ten\tes\tfr\tpt\tnl\tnote\nx\tperson\t-\tExample Person\t=\t=\t=\t=\t-\n", encoding="utf-8"
    )
    (tmp_path / "sub" / "t.toml").write_text(
        '[[topic]]\nid = "t"\nquery = "a"\nnames = "../names.tsv"\n', encoding="utf-8"
    )
    config = load(tmp_path, 'include = ["sub/*.toml"]\ndatabase = "here.db"\n')
    assert config.database == str(tmp_path / "here.db")
    assert config.names == (tmp_path / "names.tsv",)


def test_an_absolute_pattern_includes_what_it_fits(tmp_path: Path) -> None:
    (tmp_path / "news [old]").mkdir()
    topic = tmp_path / "news [old]" / "t.toml"
    topic.write_text('[[topic]]\nid = "t"\nquery = "a"\n', encoding="utf-8")
    (found,) = load(tmp_path, f'include = ["{tmp_path}/news*/*.toml"]').topics
    assert found.id == "t"
    (found,) = load(topic.parent, 'include = ["t.*"]').topics
    assert found.id == "t"


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="since Python 3.13 ** may stand beside other characters")
def test_a_pattern_that_is_none_is_named_with_its_key(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, f'include = ["{tmp_path}/**.toml"]\n' + MINIMAL)
    assert found.startswith("monitor.toml: include: ")
    assert "can only be an entire path component" in found


def test_a_bad_row_of_names_is_told_with_its_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        MINIMAL.replace('query = "venezuela"', 'query = "venezuela"\nnames = "names.tsv"'),
        names__tsv="a\tb\n",
    )
    assert any("names.tsv: line 1" in line for line in found)


def test_feeds_come_from_opml_with_our_attributes(tmp_path: Path) -> None:
    outline = '<outline text="El Diario" xmlUrl="https://eldiario.example/rss" language="es" family="x" trust="2"/>'
    opml = f'<opml version="2.0"><body><outline text="Radio">{outline}</outline></body></opml>'
    config = load(tmp_path, 'include = ["f.opml"]\n' + MINIMAL, f__opml=opml)
    (feed,) = config.feeds
    assert (feed.name, feed.language, feed.family, feed.trust) == ("El Diario", "es", "x", 2)


def test_listening_beyond_loopback_needs_a_password(tmp_path: Path) -> None:
    assert problems(tmp_path, '[web]\nlisten = "0.0.0.0:8080"\n' + MINIMAL) == [
        "monitor.toml: web.password_file: is required when the page listens beyond loopback"
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("24h", 86400), ("7d", 604800), ("1h30m", 5400), ("0.5s", 0.5), ("500ms", 0.5)],
)
def test_durations(text: str, seconds: float) -> None:
    assert configs.duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "10", "m", "10 years", "-5m", "5m!", 10])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        configs.duration(text)


@pytest.mark.parametrize(
    ("text", "size"), [("15MB", 15_000_000), ("500kB", 500_000), ("1MiB", 1_048_576), ("1.5GB", 1_500_000_000)]
)
def test_sizes(text: str, size: int) -> None:
    assert configs.size(text) == size


def test_quiet_hours_may_cross_midnight() -> None:
    assert configs.time_range("23:00-06:30") == (time(23), time(6, 30))
    assert configs.time_range("") is None


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ title }}\n{% for line in lines %}{{ line.what }}", "line 2: Unexpected end of template"),
        ("{{ title }}\n\n{{ headline }}", "line 3: 'headline' is undefined (in a message such as: first report)"),
        ("{% for line in lines %}\n{{ line.wat }}\n{% endfor %}", "line 2: 'dict object' has no attribute 'wat'"),
        ("{{ title }}\n{{ lines[0].what }}", "line 2: list object has no element 0 (in a message such as: "),
        (
            "{{ title }}\n{{ ''.__class__.__mro__ }}",
            "line 2: access to attribute '__class__' of 'str' object is unsafe",
        ),
        ("{{ title }}\n{{ title + 1 }}", "line 2: can only concatenate str"),
        (
            "{% for a in title %}{% for b in title %}{{ title * 900 }}{% endfor %}{% endfor %}",
            "writes more than 50,000",
        ),
    ],
)
def test_a_template_that_could_not_write_a_message_is_told_with_its_line(
    tmp_path: Path, template: str, problem: str
) -> None:
    text = MINIMAL.replace('url = "terminal://"', f'url = "terminal://"\ntemplate = """{template}"""')
    (found,) = problems(tmp_path, text)
    assert found.startswith("monitor.toml: channel[0].template")
    assert problem in found


@pytest.mark.parametrize("url", ["terminal://", "mailto://127.0.0.1?to=a@b.example", "discord://1/t", "ntfy://news"])
def test_a_template_that_writes_every_message_is_good_on_every_channel(tmp_path: Path, url: str) -> None:
    template = "template = '''{{ title }}{% for line in lines %}\n{{ line.what }} {{ line.url }}{% endfor %}'''"
    good = load(tmp_path, MINIMAL.replace('url = "terminal://"', f'url = "{url}"\n{template}'))
    assert not [one for one in configs.warnings(good) if "template" in one]


@pytest.mark.parametrize("url", ["news.example.org", "ftp://news.example.org/", "https://"])
def test_a_public_address_that_nobody_can_reach_is_mentioned(tmp_path: Path, url: str) -> None:
    wrong = load(tmp_path, MINIMAL + f'[web]\npublic_url = "{url}"\n')
    assert [one for one in configs.warnings(wrong) if "public_url is no http(s) address" in one]
    good = load(tmp_path, MINIMAL + '[web]\npublic_url = "https://news.example.org/"\n')
    off = load(tmp_path, MINIMAL + '[web]\npublic_url = "https://news.example.org/"\nlisten = ""\n')
    assert not [one for one in configs.warnings(good) if "public_url" in one]
    assert [one for one in configs.warnings(off) if "public_url is set and web.listen is off" in one]


def test_one_run_names_every_mistake_also_in_a_table_that_has_another(tmp_path: Path) -> None:
    text = """
database = "postgresql://user:pass-word@host/news"
[web]
listen = "8080"
[fetch]
max_body = "15 bananas"
per_host = 0
contact = 5
[[feed]]
url = "ftp://a.example"
trsut = 1
[[topic]]
id = "ok"
query = "x"
min_relevance = 7
names = 3
[[channel]]
id = "desk"
url = "terminal://"
[[subscription]]
topic = "okk"
channel = "dsk"
settle = 90
quiet = "23-6"
threshold = 3
max_per_day = -1
min_origins = 0
kinds = ["figur"]
language = "de"
gap = "9999999999d"
"""
    found = problems(tmp_path, text)
    assert sorted(one.split(": ")[1] for one in found) == sorted([
        "database", "fetch.max_body", "fetch.contact", "feed[0].trsut", "topic[0].names", "subscription[0].settle",
        "subscription[0].quiet", "subscription[0].gap", "fetch.per_host", "topic[0].min_relevance", "feed[0].url",
        "subscription[0].topic", "subscription[0].channel", "subscription[0].language", "subscription[0].threshold",
        "subscription[0].max_per_day", "subscription[0].min_origins", "subscription[0].kinds", "web.listen",
    ])  # fmt: skip
    assert "pass-word" not in str(found)
    assert 'monitor.toml: fetch.contact: expected text in "quotes", got a whole number' in found
    assert any(one.endswith("kind 'figur' (did you mean 'figure'?)") for one in found)


def test_what_is_allowed_and_probably_not_meant_is_noted(tmp_path: Path) -> None:
    notes = configs.warnings(load(tmp_path, 'include = ["topics/*.toml"]'))
    assert "include 'topics/*.toml' fits no file" in notes
    assert any(note.startswith("no topics") for note in notes)
