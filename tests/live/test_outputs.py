"""When what is heard comes out of another output: whose will it was."""

import os
from types import SimpleNamespace

import pytest

from voice_guide.live.outputs import Watch


def sink(index, name, ports=(), active=None):
    """A sink as pulsectl has it; ``ports`` are names and whether something is in them."""
    known = [SimpleNamespace(name=port, available_state=state) for port, state in ports]
    used = next((port for port in known if port.name == active), None)
    return SimpleNamespace(index=index, name=name, port_list=known, port_active=used)


class Server:
    def __init__(self, *sinks, plays_on):
        self.sinks, self.plays_on = sinks, plays_on

    def sink_list(self):
        return self.sinks

    def sink_input_list(self):
        ours = {"application.process.id": str(os.getpid())}
        others = {"application.process.id": "1"}
        return [
            SimpleNamespace(sink=self.plays_on, proplist=ours),
            SimpleNamespace(sink=9, proplist=others),
        ]


SPEAKERS = sink(1, "speakers")
HEADPHONES = sink(2, "headphones")
JACK, BUILT_IN = "analog-output-headphones", "analog-output-speaker"


def card(active, plugged):
    return sink(3, "card", [(JACK, "yes" if plugged else "no"), (BUILT_IN, "unknown")], active)


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (Server(SPEAKERS, HEADPHONES, plays_on=2), Server(SPEAKERS, plays_on=1), False),
        (
            Server(SPEAKERS, HEADPHONES, plays_on=2),
            Server(SPEAKERS, HEADPHONES, plays_on=1),
            True,
        ),
        (Server(SPEAKERS, HEADPHONES, plays_on=1), Server(SPEAKERS, plays_on=1), True),
        (Server(card(JACK, True), plays_on=3), Server(card(BUILT_IN, False), plays_on=3), False),
        (Server(card(BUILT_IN, False), plays_on=3), Server(card(JACK, True), plays_on=3), True),
        (Server(card(JACK, True), plays_on=3), Server(card(BUILT_IN, True), plays_on=3), True),
    ],
    ids=[
        "switched off",
        "moved by the listener",
        "another has gone",
        "pulled out",
        "plugged in",
        "chosen by the listener",
    ],
)
def test_only_what_has_gone_is_waited_for(monkeypatch, before, after, stays):
    monkeypatch.setattr(Watch, "_run", lambda self: None)
    watch = Watch(lambda: None)
    assert watch._look(before)
    assert watch.output.name == {each.index: each.name for each in before.sinks}[before.plays_on]
    assert watch._look(after) == stays
