#!/usr/bin/env python3
"""Runs the curl examples of README.md and writes their real output beneath them.

    make run                                  # in another terminal, with an empty data directory
    scripts/readme.py [http://127.0.0.1:8080]

Each example is a `sh` block followed by a `text` or `json` block. An example that fails, or prints nothing, changes nothing.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTED = "http://127.0.0.1:8080"
EXAMPLE = re.compile(r"```sh\n(?P<command>[^`]*)```\n\n```(?P<kind>text|json)\n.*?```", re.DOTALL)


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else DOCUMENTED

    def run(example: re.Match) -> str:
        command = example["command"]
        shell = ["bash", "-euo", "pipefail", "-c", command.replace(DOCUMENTED, base)]
        done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True)
        output = done.stdout.rstrip()
        if done.returncode != 0 or not output:
            sys.exit(f"this failed, nothing was changed:\n{command}{done.stderr}")
        return f"```sh\n{command}```\n\n```{example['kind']}\n{output}\n```"

    readme = ROOT / "README.md"
    readme.write_text(EXAMPLE.sub(run, readme.read_text()))


if __name__ == "__main__":
    main()
