"""What a complaint is about, by weighted phrases that care staff edit; a low certainty is for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.care.phrases import find


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its title by language, who is responsible, and the phrases that speak for it."""

    title: Mapping[str, str]
    department: str
    phrases: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicRules:
    """The topics, and how sure is sure: the best one's weight, and its share of all weight found."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    least_weight: float = 2
    least_share: float = 0.6


@dataclass(frozen=True, slots=True)
class Sorted:
    """`topic` and `department` are "" when a person has to say; `guess` is the best one all the same.

    `why` lists (topic, phrase, weight) in the order they were written.
    """

    topic: str
    department: str
    guess: str
    certainty: float  # the best topic's share of all weight found, 0.0 to 1.0
    why: tuple[tuple[str, str, float], ...]


def sort(text: str, rules: TopicRules) -> Sorted:
    """The topic of what somebody wrote."""
    owner: dict[str, str] = {}
    weights: dict[str, float] = {}
    for name, topic in rules.topics.items():
        for phrase, weight in topic.phrases.items():
            if phrase not in weights or weight > weights[phrase]:
                owner[phrase], weights[phrase] = name, weight
    found = find(text, weights)
    totals: dict[str, float] = {}
    for hit in found:
        totals[owner[hit.phrase]] = totals.get(owner[hit.phrase], 0) + hit.weight
    why = tuple((owner[hit.phrase], hit.phrase, hit.weight) for hit in found)
    if not totals:
        return Sorted("", "", "", 0.0, why)
    # max keeps the first of equals: the order of the configuration decides, the share then says unsure.
    guess = max(rules.topics, key=lambda name: totals.get(name, 0))
    share = totals[guess] / sum(totals.values())
    sure = totals[guess] >= rules.least_weight and share >= rules.least_share
    return Sorted(
        topic=guess if sure else "",
        department=rules.topics[guess].department if sure else "",
        guess=guess,
        certainty=round(share, 2),
        why=why,
    )


@dataclass(frozen=True, slots=True)
class TopicFit:
    """How the rules do against what people said."""

    right: int
    wrong: int
    left_to_people: int
    mistakes: tuple[tuple[str, str, str], ...]  # words, what people said, what the rules say

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.left_to_people


def measure(labelled: list[tuple[str, str]], rules: TopicRules) -> TopicFit:
    """The rules against pairs of words and the topic a person gave them."""
    right = left = 0
    mistakes = []
    for words, topic in labelled:
        said = sort(words, rules).topic
        if said == topic:
            right += 1
        elif not said:
            left += 1
        else:
            mistakes.append((words, topic, said))
    return TopicFit(right, len(mistakes), left, tuple(mistakes))
