"""SQL views over a SQLite record, for whoever opens the file with a tool of their own, such as Datasette.

They are read-only and hold nothing: a row is put together from the tables when it is asked for. What is
sealed reads `[sealed]`, what a cipher or a compressor keeps from SQL `[encoded]`; neither is opened here.
The moments are those of the record: `known_from` is when a version was recorded, `known_until` when the next
one was, so `known_from <= M AND (known_until IS NULL OR known_until > M)` is what was known at M.
"""

from collections.abc import Mapping

from service.store.ports import Cursor, Reads


def _text(column: str) -> str:
    """What a column holds, if it is JSON in the clear."""
    return f"CASE WHEN json_valid(CAST({column} AS TEXT)) THEN CAST({column} AS TEXT) END"


def _told(value: str) -> str:
    """A value of an entry, or why there is none to be read."""
    return (
        f"CASE WHEN sealed_by IS NOT NULL THEN '[sealed]' WHEN told IS NULL THEN '[encoded]' ELSE {value} END"
    )


def _of(*fields: str) -> str:
    """The first of some fields of a development that it has."""
    return ", ".join(f"json_extract(told, '$.development.{field}')" for field in fields)


_KIND = "upper(substr(kind, 1, 1)) || replace(substr(kind, 2), '-', ' ')"
_HEADLINE = f"coalesce({_of('summary', 'title', 'content', 'label', 'step')}, {_KIND})"
_OUTLETS = """(SELECT group_concat(outlet, '; ') FROM
    (SELECT DISTINCT json_extract(value, '$.outlet') AS outlet FROM (
        SELECT value FROM json_each(told, '$.development.sources')
        UNION ALL SELECT value FROM json_each(told, '$.corroborations'))))"""
_ACTORS = "replace(trim(actors, char(10)), char(10), ', ')"
_DASHED = """substr(development, 1, 8) || '-' || substr(development, 9, 4) || '-'
    || substr(development, 13, 4) || '-' || substr(development, 17, 4) || '-' || substr(development, 21)"""
_REASON = "json_extract(state, '$.reason')"

_HISTORY = f"""CREATE VIEW history AS
WITH read AS (
    SELECT v.*, {_text("v.entry")} AS told, e.topic, {_text("e.state")} AS state, e.recorded_at AS began,
        (SELECT recorded_at FROM stored_events WHERE position = v.known_until) AS ended,
        (SELECT {_text("body")} FROM dossiers WHERE id = v.dossier) AS opened
    FROM versions v JOIN stored_events e ON e.position = v.known_from
)
SELECT {_DASHED} AS development, version, dossier, json_extract(opened, '$.title') AS dossier_title, kind,
    {_told(_HEADLINE)} AS headline, {_told(_of("occurred"))} AS occurred, earliest, latest,
    CAST(julianday(latest) - julianday(earliest) AS INTEGER) AS days_between, standing,
    {_ACTORS} AS actors, {_told(_OUTLETS)} AS outlets, topic AS event,
    json_extract(state, '$.recorded_by') AS recorded_by,
    CASE WHEN {_REASON} LIKE 'sealed:v1:%' THEN '[sealed]' ELSE {_REASON} END AS reason,
    began AS known_from, ended AS known_until, known_from AS position
FROM read"""

_DEVELOPMENTS = """CREATE VIEW developments AS
SELECT development, dossier, dossier_title, kind, headline, occurred, earliest, latest, days_between,
    standing, actors, outlets, version, event AS last_event, known_from, known_until, position
FROM history WHERE known_until IS NULL"""

_SOURCES = f"""CREATE VIEW sources AS
WITH read AS (
    SELECT v.*, {_text("v.entry")} AS told,
        (SELECT recorded_at FROM stored_events WHERE position = v.known_from) AS began,
        (SELECT recorded_at FROM stored_events WHERE position = v.known_until) AS ended
    FROM versions v WHERE sealed_by IS NULL
), given AS (
    SELECT read.*, s.value AS source, 'recording' AS given_by
    FROM read, json_each(told, '$.development.sources') s
    UNION ALL SELECT read.*, s.value, 'corroboration' FROM read, json_each(told, '$.corroborations') s
)
SELECT json_extract(source, '$.outlet') AS outlet, json_extract(source, '$.title') AS title,
    json_extract(source, '$.published') AS published, json_extract(source, '$.locator') AS locator,
    coalesce(json_extract(source, '$.chain[0].actor.name'),
        json_extract(source, '$.chain[0].actor.description'),
        json_extract(source, '$.chain[0].actor')) AS origin,
    given_by, {_DASHED} AS development, version, dossier, kind, {_HEADLINE} AS headline, standing,
    began AS known_from, ended AS known_until
FROM given"""

_ACTORS_VIEW = f"""CREATE VIEW actors AS
WITH acting AS (
    SELECT v.dossier, a.value AS actor, v.earliest, v.latest
    FROM versions v, json_each('["' || replace(replace(replace(
        trim(v.actors, char(10)), '\\', '\\\\'), '"', '\\"'), char(10), '","') || '"]') a
    WHERE v.known_until IS NULL AND v.standing <> 'retracted' AND v.actors <> ''
)
SELECT a.dossier, a.actor,
    CASE WHEN {_text("d.body")} IS NULL THEN '[encoded]' ELSE CAST(n.name AS TEXT) END AS name,
    count(*) AS developments, min(a.earliest) AS earliest, max(a.latest) AS latest,
    e.recorded_at AS known_from
FROM acting a JOIN dossiers d ON d.id = a.dossier
    LEFT JOIN names n ON n.dossier = a.dossier AND n.key = a.actor
    LEFT JOIN stored_events e ON e.position = n.known_from
GROUP BY a.dossier, a.actor"""

_DOSSIERS = f"""CREATE VIEW dossiers_readable AS
WITH read AS (SELECT d.*, {_text("d.body")} AS told, e.recorded_at AS began
    FROM dossiers d JOIN stored_events e ON e.position = d.known_from)
SELECT id AS dossier, coalesce(json_extract(told, '$.title'), '[encoded]') AS title,
    json_extract(told, '$.description') AS description,
    (SELECT group_concat(coalesce(json_extract(value, '$.name'), json_extract(value, '$.actor.name'),
        json_extract(value, '$.actor')), '; ') FROM json_each(told, '$.parties')) AS parties,
    (SELECT count(*) FROM versions v WHERE v.dossier = read.id AND v.known_until IS NULL) AS developments,
    began AS known_from, known_from AS position
FROM read"""

READABLE: Mapping[str, str] = {
    "dossiers_readable": _DOSSIERS,
    "history": _HISTORY,
    "developments": _DEVELOPMENTS,
    "sources": _SOURCES,
    "actors": _ACTORS_VIEW,
}
"""The statement that makes each view, those first that others read."""


def are_made(reads: Reads) -> bool:
    """Whether a file has these views, as they are here."""
    found = dict(reads.fetch("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    return {name: found.get(name) for name in READABLE} == READABLE


def drop_views(c: Cursor) -> None:
    """Drop them where they are: no table that a view reads can be given another's name."""
    for name in READABLE:
        c.execute(f"DROP VIEW IF EXISTS {name}")


def make_views(c: Cursor) -> None:
    """Make them anew."""
    drop_views(c)
    for statement in READABLE.values():
        c.execute(statement)
