"""Between the rows of the bank (one per language) and one payload with all languages.

The payload has the shape of a question file of a course pack (courses/packages/FORMAT.md).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from courses.questions.models import Question

LISTS = {
    "option": "options",
    "accept": "accept",
    "row": "rows",
    "choice": "choices",
    "item": "items",
}
SETTINGS = ("all_or_nothing", "marking", "shuffle")


def build(rows: "list[Question]") -> dict[str, Any]:
    """Merge the language rows of one question (source first) into its payload."""
    source = rows[0]
    payload: dict[str, Any] = {
        "id": str(source.translation_key),
        "code": source.code,
        "kind": source.kind,
        "class": source.purpose,
        "difficulty": source.difficulty,
        "tags": source.tags,
        "outcomes": source.outcomes,
        "sources": source.sources,
    }
    if source.module:
        payload["module"] = str(source.module)
    if source.explained_by:
        payload["explained_by"] = str(source.explained_by)
    payload |= {key: source.settings[key] for key in SETTINGS if key in source.settings}
    payload["prompt"] = _texts(rows, "prompt")
    for name in ("hint", "unit"):
        if texts := _texts(rows, name):
            payload[name] = texts
    for raw in source.parts.raw_data:
        if raw["type"] == "otherwise":
            payload["otherwise"] = {"why": _part_texts(rows, raw["id"], "why")}
        else:
            payload.setdefault(LISTS[raw["type"]], []).append(_part(rows, raw))
    return payload


def _texts(rows: "list[Question]", name: str) -> dict[str, str]:
    return {row.locale.language_code: getattr(row, name) for row in rows if getattr(row, name)}


def _part(rows: "list[Question]", raw: dict[str, Any]) -> dict[str, Any]:
    value = raw["value"]
    part: dict[str, Any] = {"id": value["key"]}
    for name in ("fraction", "value", "tolerance", "match"):
        if value.get(name) not in (None, ""):
            part[name] = value[name]
    for name in ("text", "why"):
        if texts := _part_texts(rows, raw["id"], name):
            part[name] = texts
    return part


def _part_texts(rows: "list[Question]", part_id: str, name: str) -> dict[str, str]:
    texts = {}
    for row in rows:
        for raw in row.parts.raw_data:
            if raw["id"] == part_id and raw["value"].get(name):
                texts[row.locale.language_code] = raw["value"][name]
    return texts


def split(data: dict[str, Any], language: str, part_ids: dict[str, str]) -> dict[str, Any]:
    """Return the field values of one language row for a question file's content.

    ``part_ids`` maps ``"<list>:<key>"`` to the StreamField id all languages share.
    """
    parts = []
    for type_name, list_name in LISTS.items():
        for entry in data.get(list_name, []):
            value = {
                "key": str(entry["id"]),
                **{
                    name: str(entry[name])
                    for name in ("fraction", "value", "tolerance", "match")
                    if name in entry
                },
                **{
                    name: entry.get(name, {}).get(language, "")
                    for name in ("text", "why")
                    if name in entry or (type_name == "option" and name == "text")
                },
            }
            parts.append(
                {"type": type_name, "value": value, "id": part_ids[f"{list_name}:{entry['id']}"]}
            )
    if "otherwise" in data:
        parts.append(
            {
                "type": "otherwise",
                "value": {"why": data["otherwise"]["why"].get(language, "")},
                "id": part_ids["otherwise:"],
            }
        )
    return {
        "code": data["code"],
        "kind": data["kind"],
        "module": data.get("module"),
        "purpose": data.get("class", "practice"),
        "difficulty": data.get("difficulty", 2),
        "tags": data.get("tags", []),
        "outcomes": data.get("outcomes", []),
        "sources": data.get("sources", ""),
        "explained_by": data.get("explained_by"),
        "settings": {key: data[key] for key in SETTINGS if key in data},
        "prompt": data["prompt"].get(language, ""),
        "hint": data.get("hint", {}).get(language, ""),
        "unit": data.get("unit", {}).get(language, ""),
        "parts": parts,
    }
