"""What people of the demonstration publish."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from server.cli.demonstration.story import Step, Story, Values, claim, day, do, hear, mistype, say

KEY = "content_approval"
REVIEWERS = ("barbara", "edsger", "hedy")  # one of each group that reviews


def stories(chance: Random, now: datetime) -> list[Story]:
    """Two published, one recalled, one disputed, the others in review or with their author."""
    return [_published(now), _revised(now), _recalled(now), _disputed(now), *_waiting(now), _broken(now)]


def _draft(start: datetime, title: str, channel: str, text: str, days: int, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "channel": channel,
        "draft": text,
        "hasClaims": False,
        "publishOn": day(start, days),
        **more,
    }


def _agree(*people: str, after: float = 5) -> tuple[Step, ...]:
    return tuple(do("review_content", person, {"verdict": "agree"}, after) for person in people)


def _object(person: str, remark: str, after: float = 5) -> Step:
    return do("review_content", person, {"verdict": "object", "remark": remark}, after)


def _again(person: str, draft: Values, text: str, after: float = 8) -> Step:
    again = {"revision": "resubmit", "draft": text, "publishOn": draft["publishOn"]}
    return do("revise_content", person, again, after)


def _online(person: str, page: str, after: float) -> Step:
    return do("publish_content", person, {"address": f"https://www.example.org/{page}"}, after)


def _published(now: datetime) -> Story:
    text = "On Saturday the 14th our laboratory is open to everybody from ten to five. Bring your children."
    draft = _draft(now - timedelta(days=19.3), "Open day of the laboratory", "web", text, 6)
    return Story(19.3, KEY, "ada", draft, (*_agree(*REVIEWERS), _online("tim", "open-day", 24 * 6)))


def _revised(now: datetime) -> Story:
    text = "Our new sensor is the most exact in the world and never fails."
    claims = {"hasClaims": True, "sources": "Test report 2210 of the institute of metrology."}
    draft = _draft(now - timedelta(days=17.4), "Press release: sensor S4", "press", text, 9, **claims)
    objection = "We may not claim to be the best. Write what was measured, and by whom."
    better = "Our new sensor S4 measures to 0.02 per cent, as the institute of metrology has confirmed."
    return Story(
        17.4,
        KEY,
        "annie",
        draft,
        (
            *_agree("edsger"),
            _object("barbara", objection),
            *_agree("hedy"),
            _again("annie", draft, better),
            *_agree(*REVIEWERS),
            say("barbara", "Now it can be proved. Thank you."),
            _online("edsger", "press/sensor-s4", 24 * 7),
        ),
    )


def _recalled(now: datetime) -> Story:
    text = "We are hiring: three engineers for our new site in the harbour."
    draft = _draft(now - timedelta(days=11.1), "Jobs at the harbour", "social", text, 5)
    steps = (
        *_agree("tim"),
        say("hedy", "The site is not public yet, I take this back."),
        hear("content_recalled", after=3),
    )
    return Story(11.1, KEY, "hedy", draft, steps)


def _disputed(now: datetime) -> Story:
    text = "Ten reasons why our competitor's lamps are bad for your eyes."
    draft = _draft(now - timedelta(days=15.1), "Lamps compared", "web", text, 12)
    steps: list[Step] = []
    for number in (1, 2, 3):
        steps.append(_object("barbara", "Comparing by name is a risk that I cannot agree to.", 6))
        steps.append(_object("edsger", "This is not how we speak about others.", 3))
        if number < 3:
            steps.append(_again("tim", draft, f"{text} Version {number + 1}, a little friendlier.", 10))
    refusal = "Write about our own lamps. Nobody needs the other ones for that."
    steps.append(do("settle_dispute", "grace", {"decision": "reject", "reason": refusal}, 10))
    return Story(15.1, KEY, "tim", draft, tuple(steps))


def _waiting(now: datetime) -> list[Story]:
    begins = {days: now - timedelta(days=days) for days in (6.2, 4.3, 2.3)}
    notes = "Version 3.2 reads the new sensor, exports tables and no longer forgets its window size."
    team = "Eleven of us, one room, two coffee machines: how the service team spends its Monday."
    guide = "Clean the lens with a dry cloth. Never use solvents, they make it blind."
    old = "The photograph shows the building before the renovation. Please take a new one."
    dated = "The room has three coffee machines by now, and please ask them whether they agree."
    return [
        Story(
            6.2,
            KEY,
            "linus",
            _draft(begins[6.2], "What is new in version 3.2", "web", notes, 10),
            (*_agree("edsger"), claim("review_content", "barbara", 3)),
        ),
        Story(
            4.3,
            KEY,
            "ada",
            _draft(begins[4.3], "A day with the service team", "social", team, 14),
            (_object("tim", old), _object("alan", dated)),
        ),
        Story(
            2.3,
            KEY,
            "dennis",
            _draft(begins[2.3], "Care of the lens", "web", guide, 20),
            _agree(*REVIEWERS),
        ),
    ]


def _broken(now: datetime) -> Story:
    text = "From Monday on our hotline answers from seven in the morning until eight in the evening."
    draft = _draft(now - timedelta(days=5.1), "New hours of the hotline", "web", text, 12)
    return Story(
        5.1,
        KEY,
        "annie",
        draft,
        (
            _object("barbara", "The contract with the hotline says from eight. Please check.", 4),
            _object("edsger", "Two different spellings of hotline in one sentence.", 2),
            mistype("dennis", "reviewRound", "none", "Annie asks to begin counting the rounds again.", 3),
            _again("annie", draft, "From Monday on our hotline answers from eight in the morning until eight.", 2),
        ),
    )
