"""Opening a session: from a name, a file or a text, and its options."""

import math
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Unpack

from voice_guide.config import cache_folder
from voice_guide.errors import RequestError
from voice_guide.options import Options, with_options
from voice_guide.scripting.loading import read
from voice_guide.scripting.model import Script, count_rests, without_bells
from voice_guide.scripting.optional import thinned
from voice_guide.scripting.words import for_language
from voice_guide.session.session import Opened, Session
from voice_guide.settings import Settings
from voice_guide.sound.balance import PEAK_DBTP, balance, voice_lufs
from voice_guide.sound.bounds import Bounds
from voice_guide.sound.calm import calm_in
from voice_guide.units import db_to_gain
from voice_guide.voices import NONE, open_voices
from voice_guide.voices.clips import Clips, SilentClips
from voice_guide.voices.making import INNER_LU
from voice_guide.voices.spoken import SpokenClips
from voice_guide.voices.wishes import wished

if TYPE_CHECKING:
    from voice_guide.bundle.contents import Bundle
    from voice_guide.sound.bed import Bed

__all__ = ["open_clips", "open_session"]


def open_session(
    source: str | PathLike[str] | Script,
    settings: Settings | None = None,
    *,
    profile: str | None = None,
    proof: bool = False,
    **options: Unpack[Options],
) -> Session:
    """Open a session; nothing is spoken or written yet.

    The same source with the same options sounds the same, to the byte, on the command line.

    Parameters
    ----------
    source
        The name of a practice or session that comes with Voice Guide; the path of a script or of
        a bundle; or the text of a script, which is any text with a line break in it.
    settings
        What to start from: another session's, or `listener_settings`. None: the defaults of
        Voice Guide, whatever the listener of this computer has chosen. A bundle starts from its
        own; what is given as options still counts.
    profile
        A publisher whose requirements it has to meet: gentle, podcast, acx, broadcast or wcag.
    proof
        Whether a recogniser hears each line, and those in doubt are said again; what became of
        them is the session's `proof`.
    **options
        The options of the command line, under the same names with ``_`` for ``-``. They can be
        what is typed there (``vary="5%"``) or have Python's types (``vary=5``); None stands for
        the default. `Settings` tells what each means.

    Returns
    -------
    Session
        Ready for `Session.plan`, `Session.blocks` and `Session.export`.

    Raises
    ------
    UnknownNameError
        If there is no such script, option, voice or profile; names the nearest.
    ScriptError
        If the script, or one that it includes, has errors; carries all of them.
    BundleError
        If a bundle can't be used.
    RequestError
        If an option can't be what was given, or doesn't go with another; or if a proof is asked
        for, and there is no recogniser, or no voice.
    PaceError
        If the script forbids the pace.
    VoiceError
        If a voice can't speak here, or not the script's language.
    AudioError
        If the bed can't be read.
    """
    script, settings = read(source), settings or Settings()
    if script.bundle:
        from voice_guide.session.bundles import settings_of

        settings, profile = settings_of(script.bundle, settings), profile or script.bundle.profile
    settings = with_options(settings, options)
    if profile:
        from voice_guide.output.profiles import settled

        settings = settled(profile, settings, options)
    return _put_together(script, settings, profile, proof)


def _put_together(script: Script, settings: Settings, profile: str | None, proof: bool) -> Session:
    asked = settings
    if settings.night:
        script = without_bells(script)
    pace = settings.pace or script.pace
    ramp = settings.ramp or script.ramp
    script.check_pace(pace, ramp)
    bed = _bed(settings, script.bundle)
    if any(line.inner for line in script.lines()):  # softer, and no less above the tone
        settings = replace(settings, duck=settings.duck + INNER_LU)
    mix, ceiling_db = balance(pace, settings, bed)
    ceiling = db_to_gain(math.floor(ceiling_db))  # so that one cache serves all tones
    clips = open_clips(script, settings, ceiling)
    if proof:
        clips = _proven(clips, script.language)
    script = thinned(script, settings.talk)
    if settings.count:
        script = count_rests(script)
    return Session(
        script,
        pace,
        settings,
        clips,
        mix,
        bed=bed,
        ramp=ramp,
        profile=profile,
        opened=Opened(asked, clips, ceiling),
    )


def _bed(settings: Settings, bundle: "Bundle | None") -> "Bed | None":
    if bundle and settings.bed and settings.bed == bundle.bed_path:
        from voice_guide.session.bundles import open_bundled_bed

        return open_bundled_bed(bundle, settings.sample_rate)
    if not settings.bed:
        return None
    from voice_guide.session.beds import known_bed

    return known_bed(settings.bed, settings.sample_rate)


def _proven(clips: Clips, language: str) -> Clips:
    """Return clips that are heard before they are used."""
    from voice_guide.voices.bundled import BundledClips
    from voice_guide.voices.ear import Ear
    from voice_guide.voices.proven import ProvenClips

    if isinstance(clips, BundledClips):
        raise RequestError(
            "the words of a bundle are sound already, and were proven or not when it was made: "
            "leave out the proof, or choose a --voice to speak them anew."
        )
    if not isinstance(clips, SpokenClips):
        raise RequestError(
            "without a voice there are no words to prove: choose a --voice, or leave out the proof."
        )
    return ProvenClips(clips, Ear(language))


def open_clips(script: Script, settings: Settings, ceiling: float) -> Clips:
    """Return where the sound of the lines comes from, with true peaks up to an amplitude.

    Raises:
        UnknownNameError, VoiceError: as ``open_session``.
    """
    if settings.voice == NONE:
        return SilentClips(settings.sample_rate, settings.rate)
    if script.bundle:
        from voice_guide.session.bundles import brings_words, bundled_clips

        if brings_words(script.bundle, settings):
            return bundled_clips(script.bundle, settings, ceiling)
    voices, missing = open_voices(
        settings.voice, script.language, settings.rate, settings.fallback, settings.own_voice
    )
    wishes, passed_over = wished(script, settings, voices)
    rate, peak = settings.sample_rate, db_to_gain(PEAK_DBTP)
    clips = SpokenClips(
        voices,
        cache_folder(),
        sample_rate=settings.sample_rate,
        lufs=voice_lufs(settings),
        ceiling=ceiling,
        polish=settings.polish,
        night=settings.night,
        fallback=settings.fallback,
        wished=wishes,
        limit=settings.cache_limit,
        language=script.language,
        words=for_language(settings.own_words, script.language),
        rooms=lambda clip, lufs: calm_in(clip, Bounds(rate, lufs=lufs, ceiling=peak), ceiling),
    )
    clips.notes += missing + passed_over
    return clips
