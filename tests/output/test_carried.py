"""A file that is taken along: what players read in it, in every format; read back by others."""

import json
import struct
import subprocess

import numpy as np
import pytest
import soundfile
from parts import module, need, needs

from voice_guide.analysis import analyse
from voice_guide.errors import AudioError, RequestError
from voice_guide.output import formats
from voice_guide.output.formats import FORMATS, form_of
from voice_guide.output.tagging.id3 import id3
from voice_guide.output.tags import Chapter, Tags
from voice_guide.session import open_session

mutagen = module("mutagen")

SCRIPT = """---
title: Ünter uns · 静けさ
about: To try it.
language: en
pace: 2-3
artist: Jemand
---

## Ankommen – 一

Hello there.

[1 breath]

## Атмен

out: Now.

[1 breath]

## Ende & “gut”

Goodbye.
"""
ALL = pytest.mark.parametrize("suffix", FORMATS)
FRAMES = {".wav": 0, ".flac": 0, ".ogg": 0, ".opus": 0, ".mp3": 0, ".m4a": 1023, ".m4b": 1023}
"""By how many samples ffmpeg may find a file longer: AAC has no other place for the last ones."""
TITLES = ["Ankommen – 一", "Атмен", "Ende & “gut”"]


@pytest.fixture(scope="module")
def session():
    return open_session(SCRIPT, voice="espeak", tone="none")


@pytest.fixture(scope="module")
def carried(session, tmp_path_factory):
    """The session in each format, made once."""
    folder, made = tmp_path_factory.mktemp("carried"), {}

    def carried(suffix):
        if suffix not in made:
            if FORMATS[suffix].encoder == "aac":
                need(modules=["av"])
            made[suffix] = folder / f"s{suffix}"
            plan = made[suffix].with_suffix(f"{suffix}.json")
            session.export(made[suffix], date="2026-11-28", plan_file=plan)
        return made[suffix]

    return carried


def probed(path):
    command = ["ffprobe", "-v", "error", "-show_chapters", "-show_format", "-show_streams"]
    done = subprocess.run([*command, "-of", "json", path], capture_output=True, check=True)
    told = json.loads(done.stdout)
    tags = dict(told["format"].get("tags", {}))
    for stream in told["streams"]:
        if stream["codec_type"] == "audio":
            tags |= stream.get("tags", {})
    return told, {key.lower(): value for key, value in tags.items()}


def heard(path):
    """What ffmpeg makes of the left channel, float32 (frames,)."""
    command = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-af", "pan=mono|c0=c0"]
    done = subprocess.run([*command, "-f", "f32le", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32)


# Chapters


@ALL
@needs("ffprobe")
def test_chapters_are_where_the_sections_are(session, carried, suffix):
    plan = session.plan()
    told, _ = probed(carried(suffix))
    assert [chapter["tags"]["title"] for chapter in told["chapters"]] == TITLES
    starts = [float(chapter["start_time"]) for chapter in told["chapters"]]
    planned = [start / plan.sample_rate for _, start in plan.sections]
    assert starts == pytest.approx(planned, abs=0.001)


def chunks(data):
    """Yield the name and the body of each chunk of RIFF."""
    at = 0
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def test_chapters_of_a_wav_are_cues_with_names_and_lengths(session, carried):
    plan = session.plan()
    starts = [start for _, start in plan.sections]
    found = list(chunks(carried(".wav").read_bytes()[12:]))
    (points,) = (body for name, body in found if name == b"cue ")
    assert [point[5] for point in struct.iter_unpack("<II4sIII", points[4:])] == starts
    (listed,) = (body[4:] for name, body in found if body[:4] == b"adtl")
    labels = [body[4:].decode() for name, body in chunks(listed) if name == b"labl"]
    assert labels == [f"{title}\0" for title in TITLES]
    lengths = [
        struct.unpack_from("<II4s", body) for name, body in chunks(listed) if name == b"ltxt"
    ]
    assert lengths == [
        (number, int(length), b"rgn ")
        for number, length in enumerate(np.diff([*starts, plan.frames]), start=1)
    ]


def test_chapters_of_an_mp3_stand_in_their_order_with_a_table_of_contents(session, carried):
    """Read by hand, as mutagen sorts them."""
    data = carried(".mp3").read_bytes()
    (table,) = mutagen.File(carried(".mp3")).tags.getall("CTOC")
    assert table.flags == 3
    assert table.child_element_ids == ["chp0", "chp1", "chp2"]
    places = [data.index(b"CHAP")]
    while (place := data.find(b"CHAP", places[-1] + 1)) > 0:
        places.append(place)
    names = [data[place + 10 : data.index(b"\0", place + 10)] for place in places[:3]]
    assert names == [b"chp0", b"chp1", b"chp2"]


def test_more_chapters_than_a_table_holds_are_told_in_several(tmp_path):
    chapters = tuple(Chapter(str(n), n * 1000, (n + 1) * 1000) for n in range(600))
    tags = Tags(
        "t", "a", "b", description="", language="en", pace="4-6",
        sample_rate=1000, frames=600_000, chapters=chapters,
    )  # fmt: skip
    path = tmp_path / "a.mp3"
    path.write_bytes(id3(tags))
    read = module("mutagen.id3").ID3(path)
    tables = {table.element_id: table.child_element_ids for table in read.getall("CTOC")}
    assert tables["toc"] == ["toc0", "toc1", "toc2"]
    children = [name for part in tables["toc"] for name in tables[part]]
    assert children == [f"chp{number}" for number in range(600)]
    assert {chapter.element_id for chapter in read.getall("CHAP")} == set(children)


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".opus"])
def test_chapters_have_three_digits_where_they_are_comments(carried, suffix):
    read = mutagen.File(carried(suffix)).tags
    assert read["chapter000"] == ["00:00:00.000"]
    assert [read[f"chapter{number:03}name"][0] for number in range(3)] == TITLES


# Tags and the cover


@ALL
@needs("ffprobe")
def test_players_are_told_what_it_is(carried, suffix):
    _, tags = probed(carried(suffix))
    assert tags["title"] == tags["album"] == "Ünter uns · 静けさ"
    assert tags["artist"] == "Jemand"
    assert tags["comment"].startswith("This is not a treatment.")
    assert tags["date"].startswith("2026")
    assert tags.get("language", "eng") in ("en", "eng")


def test_what_is_said_on_the_command_line_counts_more(session, tmp_path):
    session.export(tmp_path / "a.flac", title="One", artist="Two", album="Three")
    read = mutagen.File(tmp_path / "a.flac").tags
    assert (read["title"], read["artist"], read["album"]) == (["One"], ["Two"], ["Three"])
    assert "date" not in read


@ALL
@needs("ffprobe")
def test_the_cover_is_a_square_picture(carried, suffix):
    told, _ = probed(carried(suffix))
    (cover,) = (stream for stream in told["streams"] if stream["codec_type"] == "video")
    assert (cover["codec_name"], cover["width"], cover["height"]) == ("png", 600, 600)
    assert cover["disposition"]["attached_pic"] == 1


def test_a_cover_of_ones_own_is_taken_as_it_is(session, tmp_path):
    picture = b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x20\x03" + bytes(9) + b"\xff\xd9"
    (tmp_path / "my.jpg").write_bytes(picture)
    session.export(tmp_path / "a.flac", cover=tmp_path / "my.jpg")
    (cover,) = mutagen.File(tmp_path / "a.flac").pictures
    assert cover.data == picture
    assert (cover.mime, cover.width, cover.height, cover.depth) == ("image/jpeg", 32, 16, 24)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(30)]
)
def test_what_is_no_picture_is_refused_before_any_work(session, tmp_path, data):
    (tmp_path / "my.jpg").write_bytes(data)
    with pytest.raises(RequestError, match=r"my\.jpg.*give a PNG or a JPEG"):
        session.export(tmp_path / "a.flac", cover=tmp_path / "my.jpg")
    assert not (tmp_path / "a.flac").exists()


# The sound


@ALL
@needs("ffmpeg")
def test_the_sound_is_as_long_as_it_is_rendered_and_in_the_same_place(carried, suffix):
    rendered, _ = soundfile.read(carried(".wav"), dtype="float32")
    samples, whole = heard(carried(suffix)), rendered[:, 0]
    assert len(samples) == pytest.approx(len(whole), abs=FRAMES[suffix])
    both = min(len(samples), len(whole))
    spectrum = np.fft.rfft(whole[:both], 2 * both).conj() * np.fft.rfft(samples[:both], 2 * both)
    late = int(np.argmax(np.fft.irfft(spectrum)))
    assert min(late, 2 * both - late) < 0.002 * 48000
    level = 20 * np.log10(np.std(samples) / np.std(whole))
    assert level == pytest.approx(0, abs=0.3)


@ALL
def test_the_same_session_gives_the_same_bytes(session, carried, tmp_path, suffix):
    first = carried(suffix)
    again = tmp_path / f"again{suffix}"
    session.export(again, date="2026-11-28")
    assert again.read_bytes() == first.read_bytes()


@needs("ffprobe")
@pytest.mark.parametrize(("quality", "kbits"), [("low", 64), (None, 128), ("high", 256)])
def test_an_mp3_has_one_bit_rate(session, tmp_path, quality, kbits):
    path = tmp_path / "a.mp3"
    session.export(path, quality=quality)
    (audio,) = (s for s in probed(path)[0]["streams"] if s["codec_type"] == "audio")
    assert audio["bit_rate"] == str(kbits * 1000)
    info = mutagen.File(path).info
    assert (info.bitrate, info.encoder_info[:5]) == (kbits * 1000, "LAME ")
    assert info.length == pytest.approx(session.plan().seconds, abs=0.03)


def test_ogg_pages_are_whole_and_of_one_stream(carried):
    for suffix in (".ogg", ".opus"):
        data, at, numbers, serials = carried(suffix).read_bytes(), 0, [], set()
        while at < len(data):
            name, _, _, _, serial, number, _, segments = struct.unpack_from("<4sBBqIIIB", data, at)
            assert name == b"OggS"
            numbers.append(number)
            serials.add(serial)
            at += 27 + segments + sum(data[at + 27 : at + 27 + segments])
        assert numbers == list(range(len(numbers)))
        assert len(serials) == 1


def test_without_pyav_m4a_says_what_it_takes_and_opus_goes_on(monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(RequestError, match=r"pip install 'voice-guide\[m4a\]'.*\.mp3"):
        form_of("a.m4b", None, 48000)
    form = form_of("a.opus", None, 48000)
    assert (form.container, form.sample_format, form.encoder) == ("OGG", "OPUS", "")


@needs("ffprobe")
def test_opus_without_pyav_has_the_same_in_it(session, tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    session.export(tmp_path / "a.opus")
    told, tags = probed(tmp_path / "a.opus")
    assert [chapter["tags"]["title"] for chapter in told["chapters"]] == TITLES
    assert tags["artist"] == "Jemand"
    assert len(heard(tmp_path / "a.opus")) == pytest.approx(session.plan().frames, abs=1152)


def test_a_large_cover_fits_into_every_format(session, tmp_path):
    picture = b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x20\x03" + bytes(7_900_000)
    (tmp_path / "my.jpg").write_bytes(picture)
    for suffix in (".wav", ".flac", ".ogg", ".mp3"):
        session.export(tmp_path / f"a{suffix}", cover=tmp_path / "my.jpg")
    found = [mutagen.File(tmp_path / "a.flac").pictures[0].data]
    found += [
        mutagen.File(tmp_path / f"a{e}").tags.getall("APIC")[0].data for e in (".wav", ".mp3")
    ]
    assert found == [picture] * 3
    read, _ = soundfile.read(tmp_path / "a.flac")
    rendered, _ = soundfile.read(tmp_path / "a.wav")
    assert np.abs(read - rendered).max() <= 2**-15
    assert soundfile.info(tmp_path / "a.ogg").frames == len(rendered)


@pytest.mark.parametrize(
    ("name", "rate", "quality", "said"),
    [
        ("a.mp33", 48000, None, r"Did you mean \.mp3\?"),
        ("a.m4a", 47000, None, "44100, 48000"),
        ("a.opus", 44100, None, "16000, 24000 or 48000"),
        ("a.wav", 48000, "low", r"\.wav keeps all of the sound"),
    ],
)
def test_what_a_format_can_not_be_is_said(name, rate, quality, said):
    with pytest.raises(RequestError, match=said):
        form_of(name, None, rate, quality)


@pytest.mark.parametrize("options", [{"quality": "best"}, {"subtype": "8"}, {"captions": ["txt"]}])
def test_what_there_is_not_is_refused_with_what_there_is(session, tmp_path, options):
    with pytest.raises(RequestError, match=r"low|16|vtt"):
        session.export(tmp_path / "a.mp3", **options)
    assert list(tmp_path.iterdir()) == []


@needs("ffprobe")
def test_an_audiobooks_mp3_is_what_its_publisher_asks(guide, folder):
    (folder / "talk.md").write_text("---\npace: 2-2\n---\n\n" + "Breathe in, and out.\n\n" * 6)
    code, _, err = guide("export", "talk.md", "--profile", "acx", "-o", "a.mp3")
    assert (code, err) == (0, "")
    (audio,) = (s for s in probed("a.mp3")[0]["streams"] if s["codec_type"] == "audio")
    assert (audio["sample_rate"], audio["bit_rate"]) == ("44100", "192000")
    code, _, err = guide("export", "talk.md", "--profile", "acx", "-o", "b.mp3", "--quality", "low")
    assert (code, "asks for 192" in err) == (2, True)


# It is found again


@pytest.fixture(scope="module")
def loudness(carried):
    return analyse(carried(".wav")).measures.integrated


@ALL
@needs("ffmpeg", modules=["av"])
def test_analyse_opens_every_format_and_finds_what_it_says(session, carried, loudness, suffix):
    path, plan = carried(suffix), session.plan()
    report = analyse(path, path.with_suffix(f"{suffix}.json")).to_json()
    assert report["integrated_lufs"] == pytest.approx(loudness, abs=0.3)
    assert [abs(line["onset_ms"]) < 10 for line in report["lines"]] == [True] * 3
    assert report["seconds"] == pytest.approx(plan.seconds, abs=0.03)
    assert report["tags"]["title"] == "Ünter uns · 静けさ"
    assert [chapter["title"] for chapter in report["chapters"]] == TITLES
    starts = [chapter["start"] for chapter in report["chapters"]]
    planned = [start / plan.sample_rate for _, start in plan.sections]
    assert starts == pytest.approx(planned, abs=0.001)
    assert report["cover"] == "png 600 x 600"


@needs(modules=["av"])
def test_an_m4a_that_is_cut_short_is_damaged(carried, tmp_path):
    data = carried(".m4a").read_bytes()
    (tmp_path / "cut.m4a").write_bytes(data[: len(data) // 2])
    with pytest.raises(AudioError, match=r"cut\.m4a can't be read as sound"):
        analyse(tmp_path / "cut.m4a")


def test_without_pyav_an_m4a_says_what_reading_it_takes(carried, tmp_path, monkeypatch):
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x1cftypM4A " + bytes(100))
    monkeypatch.setattr("voice_guide.audio.decoding.find_spec", lambda name: None)
    with pytest.raises(AudioError, match=r"pip install 'voice-guide\[m4a\]'"):
        analyse(tmp_path / "a.m4a")
    assert analyse(carried(".mp3")).to_json()["tags"] is None
