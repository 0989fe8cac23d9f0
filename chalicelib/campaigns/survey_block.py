"""The `survey` block of a campaign: the scale, which scores open a case, when to remind and to end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.document import Reader, whole

SURVEY_FIELDS = (
    "scale",
    "best",
    "labels",
    "letters",
    "prefix",
    "dissatisfied",
    "options",
    "questions",
    "remind_after",
    "expires_after",
    "not_asked_within",
)
LONGEST_REST = timedelta(days=366)  # how long it is kept when somebody was asked, see `delivery.caps`

NOT_ME = "not_me"  # a letter for those who are not meant
ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class FurtherQuestion:
    """What is asked after the rating: the campaign's text `step`; `always` or of the dissatisfied only.
    `options` are key -> words, those of several languages apart by `|`; without any, all words answer it."""

    step: str
    always: bool
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SurveyBlock:
    """What a survey asks. `best` is one end of the `scale`, `labels` are language -> score -> words,
    `letters` letter -> score or "not_me", `options` what may be chosen beside a score (key -> words);
    `prefix` is what answers to this survey may begin with. Who was invited to any survey `not_asked_within`
    is not invited to this one."""

    remind_after: timedelta | None
    expires_after: timedelta
    scale: tuple[int, int]
    best: int
    dissatisfied: frozenset[int]
    labels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    letters: Mapping[str, int | str] = field(default_factory=dict)
    prefix: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[FurtherQuestion, ...] = ()
    not_asked_within: timedelta = timedelta(0)


def survey_from(reader: Reader, steps: Collection[str]) -> SurveyBlock:
    """The survey that `reader` holds; its mistakes are noted there, and what is refused reads as empty.
    `steps` are the campaign's texts that may ask a further question."""
    expires = reader.duration("expires_after", timedelta(hours=72))
    remind = reader.duration("remind_after", timedelta(0)) if "remind_after" in reader.raw else None
    if remind is not None and remind >= expires:
        reader.refuse("remind_after", Code.REMINDER_TOO_LATE)
    rest = reader.duration("not_asked_within", timedelta(0))
    if rest > LONGEST_REST:
        reader.refuse("not_asked_within", Code.REST_TOO_LONG, days=LONGEST_REST.days)
    low, high = scale = _scale(reader)
    if high == 0:  # nothing else can be judged without a scale
        return SurveyBlock(remind, expires, scale, 0, frozenset())
    if (best := whole(reader.raw.get("best"))) not in scale:
        reader.refuse("best", Code.NOT_AN_END, low=low, high=high)
    bad = _scores(reader, scale)
    return SurveyBlock(
        remind_after=remind,
        expires_after=expires,
        scale=scale,
        best=high if best is None else best,
        dissatisfied=bad,
        labels=_labels(reader, scale),
        letters=dict(_letters(reader, scale)),
        prefix=str(reader.raw.get("prefix") or ""),
        options=options_of(reader),
        questions=tuple(_further_questions(reader, steps)),
        not_asked_within=rest,
    )


def options_of(reader: Reader) -> Mapping[str, str]:
    """The `options` of a question: key -> words, those of several languages apart by `|`."""
    value = reader.raw.get("options") or {}
    if not isinstance(value, Mapping):
        reader.refuse("options", Code.NOT_OPTIONS)
        return {}
    return {str(key): _joined(words) for key, words in value.items()}


def _joined(words: Any) -> str:
    return "|".join(map(str, words.values())) if isinstance(words, Mapping) else str(words)


def _scale(reader: Reader) -> tuple[int, int]:
    """Lowest and highest score, (0, 0) for what is no scale."""
    ends = [whole(one) for one in _list(reader.raw.get("scale"))]
    low, high = ends if len(ends) == 2 else (None, None)
    if low is None or high is None or not 0 <= low < high <= 100:
        reader.refuse("scale", Code.NOT_A_SCALE)
        return 0, 0
    return low, high


def _scores(reader: Reader, scale: tuple[int, int]) -> frozenset[int]:
    """The scores that open a case; the field must be there, also where none does."""
    bad = reader.raw.get("dissatisfied")
    if not _is_list(bad) or not all(_on(scale, one) for one in _list(bad)):
        reader.refuse("dissatisfied", Code.NOT_SCORES, low=scale[0], high=scale[1])
        return frozenset()
    return frozenset(value for one in _list(bad) if (value := whole(one)) is not None)


def _labels(reader: Reader, scale: tuple[int, int]) -> Mapping[str, Mapping[int, str]]:
    labels = reader.raw.get("labels", {})
    if not isinstance(labels, Mapping) or not all(isinstance(words, Mapping) for words in labels.values()):
        reader.refuse("labels", Code.NOT_LABELS)
        return {}
    found: dict[str, dict[int, str]] = {}
    for language, words in labels.items():
        found[str(language)] = {}
        for score, label in words.items():
            if (value := whole(score)) is None or not _on(scale, value):
                values = {"value": repr(score), "low": scale[0], "high": scale[1]}
                reader.refuse(f"labels.{language}", Code.NOT_A_SCORE, **values)
            else:
                found[str(language)][value] = str(label)
    return found


def _letters(reader: Reader, scale: tuple[int, int]) -> Iterator[tuple[str, int | str]]:
    for letter, score in reader.mapping("letters").items():
        value = whole(score)
        if score == NOT_ME:
            yield str(letter), NOT_ME
        elif value is None or not _on(scale, score):
            reader.refuse(f"letters.{letter}", Code.NOT_A_MEANING, low=scale[0], high=scale[1])
        else:
            yield str(letter), value


def _further_questions(reader: Reader, steps: Collection[str]) -> Iterator[FurtherQuestion]:
    """What is asked after the rating: `{step, when: always | dissatisfied, options?}` each."""
    questions = reader.raw.get("questions") or ()
    if not _is_list(questions):
        reader.refuse("questions", Code.NOT_QUESTIONS)
        return
    for number, one in enumerate(questions, start=1):
        raw = one if isinstance(one, Mapping) else {}
        inner = Reader(raw, reader.place(f"questions.{number}"), reader.problems)
        step, when = inner.raw.get("step"), inner.raw.get("when", ALWAYS)
        if not isinstance(step, str) or step not in steps:
            inner.refuse("", Code.QUESTION_WITHOUT_TEXT)
        elif when not in (ALWAYS, "dissatisfied"):
            inner.refuse("when", Code.BAD_WHEN_ASKED)
        else:
            yield FurtherQuestion(step, when == ALWAYS, options_of(inner))


def _on(scale: tuple[int, int], score: object) -> bool:
    value = whole(score)
    return value is not None and scale[0] <= value <= scale[1]


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _list(value: Any) -> Sequence[Any]:
    return value if _is_list(value) else ()
