"""``voice-guide doctor``."""

import json
from dataclasses import asdict

import click

__all__ = ["doctor_command"]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor_command(as_json: bool) -> int:
    """What is installed, what is missing, and the command that adds it."""
    from voice_guide.doctor import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            sign = "✓" if finding.ok else "✗" if finding.needed else "–"
            click.echo(f"{sign} {finding.name:10}  {finding.found}")
            if finding.fix and not finding.ok:
                click.echo(f"  {'':10}  {finding.fix}")
    playable = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        report = {"can_play": playable, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, indent=1))
    else:
        click.echo("A session can be played." if playable else "A session can't be played yet.")
    return 0 if playable else 1
