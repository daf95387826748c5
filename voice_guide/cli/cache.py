"""``voice-guide cache``."""

import json

import click

from voice_guide.units import counted

__all__ = ["cache_command"]


@click.command("cache")
@click.option("--clear", is_flag=True, help="Remove every clip; lines are spoken anew when needed.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def cache_command(clear: bool, as_json: bool) -> None:
    """Where the lines that were spoken are kept, and how much room they take.

    Those that were used least recently are removed when there are more than 512 MB, or than
    cache_limit says in your settings file, in MB.
    """
    from voice_guide.settings import cache_folder, cache_limit, read_config
    from voice_guide.voices.cache import ClipCache

    limit = cache_limit(read_config())
    cache = ClipCache(cache_folder())
    if clear:
        cache.clear()
    clips, size = cache.size()
    if as_json:
        told = {"folder": str(cache_folder()), "clips": clips, "bytes": size, "limit": limit}
        click.echo(json.dumps(told, indent=1))
    else:
        room = f"{size / 1e6:.1f} of {limit / 1e6:g} MB"
        click.echo(f"{cache_folder()}: {counted(clips, 'clip')}, {room}")
