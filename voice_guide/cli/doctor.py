"""``voice-guide doctor``."""

import json
from dataclasses import asdict

import click

from voice_guide.cli.echo import echo

__all__ = ["doctor_command"]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def doctor_command(as_json: bool) -> int:
    """See what is installed, what is missing, and how to add it."""
    from voice_guide.doctor import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            sign = "✓" if finding.ok else "✗" if finding.needed else "–"
            found = finding.found.replace("\n", f"\n  {'':10}  ")
            echo(f"{sign} {finding.name:10}  {found}")
            if finding.fix and not finding.ok:
                echo(f"  {'':10}  {finding.fix}")
    playable = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        report = {"can_play": playable, "findings": [asdict(finding) for finding in findings]}
        echo(json.dumps(report, indent=1))
    else:
        echo("You can play a session." if playable else "You can't play a session yet.")
    return 0 if playable else 1
