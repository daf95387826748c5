"""An export as it is asked for: everything that makes its files, and nothing that is open yet."""

from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_guide.scripting.model import Script
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.output.order import FileOptions
    from voice_guide.session.session import Session

__all__ = ["Export"]


@dataclass(frozen=True)
class Export:
    """What ``voice-guide export`` was asked for; it can be sent to another process.

    Attributes:
        script: with all that it includes.
        target: the name of the file.
        settings: the listener's, with what was asked for laid over them.
        asked: the names of the settings that were asked for.
        profile: the publisher whose requirements it has to meet.
        proof: whether each line is heard by a recogniser.
        files: what was chosen of the file and what goes beside it.
    """

    script: Script
    target: str
    settings: Settings
    _: KW_ONLY
    asked: frozenset[str] = frozenset()
    profile: str | None = None
    proof: bool = False
    files: "FileOptions" = field(default_factory=dict)  # type: ignore[assignment]

    def at_its_rate(self) -> "Export":
        """Return it with the sample rate that its publisher asks of such a file, if any."""
        if not self.profile:
            return self
        from voice_guide.output.profiles import rate_of_file

        rate = rate_of_file(self.profile, self.target)
        if not rate or "sample_rate" in self.asked:
            return self
        settings = replace(self.settings, sample_rate=rate)
        return replace(self, settings=settings, asked=self.asked | {"sample_rate"})

    def from_its_bundle(self) -> "Export":
        """Return it with what its bundle brings, if there is one; what was asked for stays.

        Raises:
            BundleError: if a setting in it can't be.
        """
        bundle = self.script.bundle
        if bundle is None:
            return self
        from voice_guide.session.bundles import settings_of

        asked: Any = {name: getattr(self.settings, name) for name in self.asked}
        settings = replace(settings_of(bundle, self.settings), **asked)
        return replace(self, settings=settings, profile=self.profile or bundle.profile)

    def check(self, overwrite: bool) -> list[Path]:
        """Refuse what can't be made before any work is done; return the files that it makes.

        Raises:
            RequestError, OutputError, PictureError: as ``output.order.order``.
        """
        from voice_guide.output.order import order

        asked = order(
            self.target,
            self.files,
            script=self.script,
            settings=self.settings,
            profile=self.profile,
            overwrite=overwrite,
        )
        if self.profile:
            from voice_guide.output.profiles import settled

            settled(self.profile, self.settings, self.asked)
        return [Path(self.target), *asked.beside.paths(self.target)]

    def open(self) -> "Session":
        """Return the session that is written; nothing is spoken or written yet.

        Raises:
            VoiceGuideError: as ``open_session`` and ``Session.check_heard``.
        """
        from voice_guide.session.opening import open_session

        options: Any = {name: getattr(self.settings, name) for name in self.asked}
        session = open_session(
            self.script, self.settings, profile=self.profile, proof=self.proof, **options
        )
        session.check_heard()
        return session
