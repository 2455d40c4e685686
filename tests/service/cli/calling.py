"""Calling the command line as people do, in this process or in one of its own."""

import json
import os
import re
import shlex
import subprocess
import sys

from typer.testing import CliRunner

from service.cli import COMMANDS, app
from service.cli.lazily import examples_of
from tests.service.recording import ROOT

PROGRAM = (sys.executable, "-c", "from service.cli import app; app(prog_name='depositary')")


def call(*arguments, told=None, env=None):
    """Call a command here; its exit code, what it printed, and what it printed as errors."""
    done = CliRunner().invoke(app, list(map(str, arguments)), input=told, env=env or {})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def printed(*arguments, told=None, env=None):
    """What a command printed that was carried out."""
    code, out, errors = call(*arguments, told=told, env=env)
    assert code == 0, errors
    return out


def answered(*arguments, told=None, env=None):
    """What a command answered in JSON."""
    return json.loads(printed(*arguments, "--json", told=told, env=env))


def call_apart(*arguments, **env):
    """Call a command in a process of its own."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def commands():
    """Every command with the words that call it: those of groups too."""
    from importlib import import_module

    for one in COMMANDS:
        module, _, name = one.where.partition(":")
        found = getattr(import_module(module), name)
        if hasattr(found, "registered_commands"):
            yield from (((one.name, sub.name), sub.callback) for sub in found.registered_commands)
        else:
            yield (one.name,), found


def examples():
    """Every example of every command, as the words of a shell."""
    return [example for _, function in commands() for example in examples_of(function)]


def words_of(example, variables):
    """The words of an example after `depositary`, with its variables, and without where its output goes."""
    expanded = re.sub(r"\$(\w+)", lambda found: variables[found[1]], example)
    words, _, _ = expanded.partition(" > ")
    given, _, source = words.partition(" < ")
    return shlex.split(given)[1:], source.strip()
