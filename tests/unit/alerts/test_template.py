from __future__ import annotations

import pytest
from alert_news import alert, line
from payloads import PAYLOADS

from monitor.alerts.render.template import Template
from monitor.alerts.send import Senders
from monitor.model import Channel, Message

OURS = "{{ title }}\n{% for line in lines %}{{ line.what }} | {{ line.text }} | {{ line.url }}\n{% endfor %}"
ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ lines.__class__ }}",
    "{{ title.format.__globals__ }}",
    "{{ self.__init__ }}",
    "{{ cycler }}",
    "{{ lipsum.__globals__ }}",
    "{{ lines.append(1) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ config }}",
    "{{ request }}",
    "{{ range(10) }}",
    "{{ '%s'|format(title.__class__) }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ title|attr('__class__') }}",
    "{{ lines[0]['__class__'] }}",
    "{{ nothing }}",
    "{{ 1/0 }}",
]


def test_a_template_says_it_in_the_users_words():
    assert Template(OURS).render(alert().message) == (
        "Boat strike off La Guaira: dead 3 → 5 (EFE)\ndead 3 → 5 | Five people have died. | https://puerto.example/a"
    )


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_reaches_nothing_but_the_message(source):
    assert said_by(source) in ("", "refused")


def said_by(source: str) -> str:
    try:
        return Template(source).render(alert().message)
    except ValueError:
        return "refused"


def test_what_a_feed_says_is_never_read_as_a_template():
    for bait in [*ESCAPES, *PAYLOADS]:
        said = Template("{{ title }}|{{ lines[0].text }}").render(Message(title=bait, lines=(line(text=bait),)))
        assert "<class" not in said
        if bait.startswith(("{{", "{%")):
            assert said.startswith(bait[:2])


def test_a_template_with_a_mistake_names_its_line():
    with pytest.raises(ValueError, match="line 2"):
        Template("{{ title }}\n{% for %}")


def test_a_template_that_writes_for_ever_is_stopped():
    with pytest.raises(ValueError, match="more than"):
        Template("{% for a in 'x' * 9999 %}{{ 'y' * 99 }}{% endfor %}").render(alert().message)


async def test_a_channel_with_a_template_uses_it_and_one_that_fails_falls_back_to_our_words():
    for template, expected in (
        (OURS, "dead 3 → 5 | Five"),
        ("{{ nothing }}", "• dead 3 → 5"),
        ("{% bad", "• dead 3 → 5"),
    ):
        printed: list[str] = []
        channel = Channel(id="desk", url="terminal://", template=template)
        await Senders({"desk": channel}, write=printed.append).send(alert())
        assert expected in printed[0]
