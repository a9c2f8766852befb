"""Logging to stderr: for people, or one JSON object a line.

What is logged is chosen by whoever logs; nothing here reads a frame, a token or a request's query.
"""

import json
import logging
import sys
from datetime import UTC, datetime

# What every record has; anything else came in through `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One object a line: at, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(*, form: str, level: str) -> None:
    """Send all logging to stderr in that form (`json` or `human`) from that level on."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # uvicorn's access lines bear the query, and one a request is too many.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        # "Started", "finished" and each connection: ours says what an operator needs.
        logger.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    # At "debug" these would write statements and frames, with what people said in them.
    for name in ("aiosqlite", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
