"""Logs: a line of JSON for each event, or a readable one on a terminal, each with the request that it is of.

Whoever logs uses the standard library's `logging`, with fields as `extra`; structlog writes the lines. What a
line never holds: bodies, tokens, query texts, and the values of variables in a traceback.
"""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO
from uuid import uuid4

from structlog import dev, processors, stdlib
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, merge_contextvars
from structlog.types import Processor

from service.settings import LogForm, LogLevel

_WELL_FORMED = re.compile(rb"[A-Za-z0-9._~-]{1,128}")
_OURS_ALONE = frozenset({"color_message"})
"""What uvicorn adds to its lines for its own formatter."""


def log_to(stream: TextIO, form: LogForm = "auto", level: LogLevel = "info") -> None:
    """Have everything that this process logs, the web server too, written to a stream."""
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(_json() if as_json else _readable(colors=stream.isatty())))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("httpx2").setLevel("WARNING")  # It would log whole addresses, with what is asked there.


def log_to_errors(form: LogForm = "auto", level: LogLevel = "info") -> None:
    """The same to standard error, so that what a command answers stays by itself."""
    log_to(sys.stderr, form, level)


def begin_request(given: bytes | None) -> str:
    """Have what is logged from now on say of which request it is; its id, made where none is well-formed.

    Well-formed are up to 128 letters, figures and `._~-`: no id can break a line or a header.
    """
    one = given.decode() if given and _WELL_FORMED.fullmatch(given) else uuid4().hex
    clear_contextvars()
    bind_contextvars(request_id=one)
    return one


def request_id() -> str | None:
    """The id of the request that is being answered; `None` outside of any."""
    return get_contextvars().get("request_id")


def name_principal(principal: str) -> None:
    """Have what is logged of this request from now on say who asks."""
    bind_contextvars(principal=principal)


def _formatter(rendering: Sequence[Processor]) -> logging.Formatter:
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            stdlib.add_log_level,
            stdlib.add_logger_name,
            stdlib.ExtraAdder(),
            merge_contextvars,
            _without_theirs,
            processors.TimeStamper(fmt="iso"),
        ],
        processors=[stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


def _json() -> Sequence[Processor]:
    return processors.format_exc_info, processors.JSONRenderer(ensure_ascii=False)


def _readable(*, colors: bool) -> Sequence[Processor]:
    return (dev.ConsoleRenderer(colors=colors, exception_formatter=dev.plain_traceback),)


def _without_theirs(_: Any, __: str, event: Any) -> Mapping[str, Any]:
    return {name: value for name, value in event.items() if name not in _OURS_ALONE}
