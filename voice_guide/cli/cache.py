"""``voice-guide cache``."""

import json

import click

from voice_guide.cli.echo import echo
from voice_guide.units import counted

__all__ = ["cache_command"]


@click.command("cache")
@click.option("--clear", is_flag=True, help="Remove all clips; lines are spoken again when needed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def cache_command(clear: bool, as_json: bool) -> None:
    """Show where speech is kept, and how much space it takes up.

    Above 512 MB, the clips you haven't used for longest are removed. To choose another limit in
    MB, set cache_limit in your settings file.
    """
    from voice_guide.config import cache_folder, cache_limit, read_config
    from voice_guide.leftovers import sweep
    from voice_guide.voices.cache import ClipCache

    limit = cache_limit(read_config())
    sweep()
    cache = ClipCache(cache_folder())
    if clear:
        cache.clear()
    clips, size = cache.size()
    if as_json:
        told = {"folder": str(cache_folder()), "clips": clips, "bytes": size, "limit": limit}
        echo(json.dumps(told, indent=1))
    else:
        room = f"{size / 1e6:.1f} of {limit / 1e6:g} MB"
        echo(f"{cache_folder()}: {counted(clips, 'clip')}, {room}")
