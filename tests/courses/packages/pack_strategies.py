"""Random packs for property tests: every kind of block, seven languages, awkward signs."""

import re

from hypothesis import strategies as st

from courses.packages.blocks import AUDIENCES
from courses.packages.model import Block, Lesson, Module, Pack, Part, Question, Source, Text

FAMILY = "1f0c6d52-7a43-4a51-9a3e-2d5c1b8e7c01"
LANGUAGES = ("en", "fr", "ar", "zh-hans")

WORDS = st.sampled_from(
    [
        "firearm", "arme à feu", "L’État", "«\u00a0Protocole\u00a0»", "سلاح ناري", "枪支，", "зброя",
        "*", "**", "\\", "\\*", '"', "'", "[", "]", "(x)", "=]", "[=", "<b>", "&amp;", "#", "-", "+",
        "1.", "2)", ">", "::", ":::", "|", "a|b", "://", "---", ": ", " #", "@x", "~", "null", "true",
        "10", "1e3", "{}", "}", "`", "_x_", "!", "]( https://x)", "yes", "2026-11", "%", "=", "—",
    ]
)  # fmt: skip
line = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).filter(lambda text: text.strip())
tight = st.lists(WORDS, min_size=1, max_size=4).map("".join).filter(lambda text: text.strip())
title = st.one_of(line, tight).map(lambda text: text.strip()[:150].strip() or "x")
marked = st.one_of(
    line,
    tight,
    tight.map(lambda text: f"**{text}**"),
    tight.map(lambda text: f"枪*{text}*支"),
    tight.map(lambda text: f"[{text}](https://example.org/a_\\(b\\)?c=1&d=2)"),
    tight.map(lambda text: f"[={text}=]"),
)
paragraph = st.lists(marked, min_size=1, max_size=3).map(" ".join)
markdown = st.lists(
    st.one_of(
        paragraph,
        paragraph.map(lambda text: f"## {text}"),
        paragraph.map(lambda text: f"> {text}"),
        st.lists(paragraph, min_size=1, max_size=3).map(
            lambda items: "\n".join(f"- {item}" for item in items)
        ),
        st.tuples(paragraph, paragraph).map(lambda two: f"1. {two[0]}\n   - {two[1]}\n2. x"),
        st.tuples(paragraph, paragraph).map("\\\n".join),
    ),
    min_size=1,
    max_size=3,
).map("\n\n".join)
text = markdown.map(lambda md: re.sub(r"^::", r"\\::", f"Text.\n\n{md}", flags=re.MULTILINE))

source = st.builds(
    Source,
    document=st.sampled_from(["000", "002", "004"]),
    paragraph=st.sampled_from(["¶11", "¶5 rec. 27", "preamble 13", "fn 3", "Annex"]),
    weight=st.sampled_from(["recommendation", "speaker", "secretariat", "draft"]),
    as_of=st.sampled_from(["2014", "2014-05"]),
)
common = st.fixed_dictionaries(
    {},
    optional={
        "optional": st.just("yes"),
        "audience": st.lists(st.sampled_from(AUDIENCES), min_size=1, unique=True).map(",".join),
        "regional": st.sampled_from(["may", "must"]),
    },
)


def _parts(name, with_id=True):
    def build(pairs):
        return [
            Part(name, f"@p{n}" if with_id else None, {"title": head}, words)
            for n, (head, words) in enumerate(pairs)
        ]

    return st.lists(st.tuples(title, text), min_size=1, max_size=3).map(build)


cell = st.one_of(paragraph, st.just(""))
table = st.lists(st.tuples(cell, cell), min_size=1, max_size=3)


@st.composite
def block(draw, kind, identity):
    """Return a source block of a kind."""
    from courses.packages.markdown import table_text

    attributes, words, parts = {}, "", []
    if kind in ("step", "video", "resource", "example"):
        attributes["title"] = draw(title)
    if kind == "step":
        attributes["minutes"] = str(draw(st.integers(0, 60)))
    if kind == "callout":
        attributes["tone"] = draw(st.sampled_from(["note", "law"]))
    if kind == "image":
        attributes |= {"figure": "drawing", "alt": draw(title), "caption": draw(title)}
        parts = [
            Part("label", None, {"key": "a.1"}, draw(title)),
            Part("description", None, {}, draw(text)),
        ]
    if kind == "video":
        attributes |= {"file": "film.mp4", "captions": "film.vtt"}
        parts = [Part("transcript", None, {}, draw(text))]
    if kind == "accordion":
        parts = draw(_parts("item"))
    if kind == "table":
        attributes |= {"caption": draw(title), "header": draw(st.sampled_from(["row", "none"]))}
        words = table_text([list(row) for row in draw(table)])
    if kind == "resource":
        attributes |= {"url": "https://example.org/a?b=c", "checked": "2026-11-21"}
    if kind == "example":
        attributes["stage"] = "full"
        parts = draw(_parts("step"))
    if kind == "question":
        attributes |= {"question": "C9-Q01", "behaviour": "immediate", "tries": "1"}
    if kind in ("text", "callout", "resource", "example"):
        words = draw(text)
    return Block(
        kind=kind,
        id=identity,
        attributes=attributes | draw(common),
        sources=tuple(draw(st.lists(source, max_size=2))),
        text=words,
        parts=parts,
    )


@st.composite
def translation(draw, original):
    """Return the block as a translation has it: new words, nothing else."""
    from courses.packages.blocks import KINDS

    fresh = draw(block(original.kind, original.id))
    kind = KINDS[original.kind]
    keep = {a.name for a in kind.attributes if a.translated}
    attributes = {k: v for k, v in fresh.attributes.items() if k in keep}
    parts = [
        Part(p.name, p.id, {**p.attributes, **({"title": draw(title)} if p.id else {})}, draw(text))
        if p.name != "label"
        else Part(p.name, p.id, p.attributes, draw(title))
        for p in original.parts
    ]
    return Block(original.kind, original.id, attributes, text=fresh.text, parts=parts)


KIND_NAMES = (
    "text", "callout", "image", "video", "accordion", "table", "resource", "example", "question",
)  # fmt: skip


@st.composite
def lesson(draw, number, languages):
    kinds = ["step", *draw(st.lists(st.sampled_from(KIND_NAMES), min_size=1, max_size=4))]
    blocks = [draw(block(kind, f"@b{n}.x-1")) for n, kind in enumerate(kinds)]
    texts = {}
    for code in languages:
        fields = {"title": draw(title)}
        own = [draw(translation(b)) for b in blocks if b.kind != "question"]
        if code == "en":
            fields |= {
                "minutes": 8,
                "kind": "self-paced",
                "complete": {"all": ["viewed", {"score": 70}]},
            }
            own = blocks
        texts[code] = Text("", code, None, fields, blocks=own)
    changed = draw(block("callout", "@b1.x-1"))
    changed.attributes["mode"] = "replace"
    inserted = draw(block("text", "@new"))
    inserted.attributes |= {"mode": "insert-after", "after": "@b0.x-1"}
    hidden = Block("text", "@b1.x-1", {"mode": "hide"})
    regional = [Text("", "fr", "SN", {}, blocks=[changed, inserted, hidden])]
    return Lesson(f"@1.{number}", number, f"lesson-{number}", texts, regional)


by_language = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, title))


@st.composite
def question(draw):
    data = {
        "id": "@C9-Q01", "code": "C9-Q01", "kind": "multiple", "module": "@m", "class": "practice",
        "difficulty": 2, "tags": ["a-b"], "outcomes": ["o1"], "sources": "002 ¶11 secretariat 2014",
        "explained_by": "@1.1@b0.x-1", "all_or_nothing": True, "prompt": draw(by_language),
        "options": [
            {"id": key, "fraction": share, "text": draw(by_language), "why": draw(by_language)}
            for key, share in (("a", "1/2"), ("b", "1/2"), ("c", "-1"))
        ],
        "hint": draw(by_language),
    }  # fmt: skip
    return Question("@C9-Q01", "C9-Q01", "", data)


@st.composite
def packs(draw):
    """Return a pack as a person would have written it: labels, no basis, free spelling."""
    texts, module_texts = {}, {}
    for code in LANGUAGES:
        outcomes = [{"id": "o1", "text": draw(title)}]
        fields = {
            "title": draw(title), "summary": draw(title), "audience": draw(title), "outcomes": outcomes,
        }  # fmt: skip
        module_fields = {"title": draw(title)}
        if code == "en":
            fields |= {
                "slug": "a-course", "level": "foundation", "delivery": "self-paced", "minutes": 300,
                "pillars": [1, 2], "topics": ["law"], "access": "public", "label": "TLP:CLEAR",
                "opens": [], "needs": ["C1"], "pass_mark": 70, "edition": "2026-11",
                "review_due": None, "certificate_months": None,
            }  # fmt: skip
            module_fields |= {"outcomes": ["o1"], "rule": draw(st.sampled_from(["all", 1]))}
        texts[code] = Text("", code, None, fields, body=draw(text))
        module_texts[code] = Text("", code, None, module_fields, body=draw(text))
    return Pack(
        meta={
            "pack": 1, "family": FAMILY, "code": "C9", "source": "en", "languages": list(LANGUAGES),
            "regions": ["SN"], "licence": "CC-BY-4.0", "release_notes": draw(st.one_of(st.none(), title)),
        },
        id="@course",
        texts=texts,
        modules=[Module("@m", 1, "place", module_texts, [draw(lesson(1, LANGUAGES))])],
        questions={"C9-Q01": draw(question())},
        media={"drawing.svg": b"<svg/>"},
        media_meta={"drawing.svg": {"credit": draw(title), "licence": "CC-BY-4.0"}},
        glossary="en,fr\nfirearm,arme à feu\n",
    )  # fmt: skip
