"""Plays stories side by side in the past: the clock goes from one step to the next, and jobs are done when due.

Nothing outside is called: what a story sends out counts as arrived, unless the story has an outage. Then the ordinary
connectors are asked, with settings that let nothing out, and what they answer is what an operator gets to see.
"""

import dataclasses
import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from server import clock
from server.cli.demonstration.scene import Scene
from server.cli.demonstration.story import Story, begin
from server.commands import jobs, sendings
from server.commands.jobs import ClaimedJob
from server.database import db
from server.errors import Rejection
from server.identity.actor import WORKER
from server.records.job import Job
from server.settings import Settings
from server.workers import loop

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "mail": {"messageId": "demonstration"},
    "http": {"statusCode": 200, "response": "ok", "headers": {}},
}
OPENS, CLOSES = 8, 17  # office hours, UTC
_log = structlog.get_logger()


class Stage:
    """What is going on at once: the scenes, and when each of them goes on."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shut = dataclasses.replace(settings, mail_server="", mail_folder="", demonstration=False, http_allowed=())
        self._scenes: dict[int, Scene] = {}
        self.refused: list[str] = []

    def play(self, stories: Sequence[Story], now: datetime) -> int:
        """Play all *stories* up to *now*, and return how many have begun."""
        waiting: list[tuple[datetime, int, int]] = []  # when, which story, which of its steps
        for number, story in enumerate(stories):
            self._scenes[number] = Scene(self._settings, story.outage)
            moment = now - timedelta(days=story.days)
            waiting.append((moment if story.around_the_clock else before_closing(moment), number, -1))
        heapq.heapify(waiting)
        while waiting and waiting[0][0] <= now:
            moment, number, index = heapq.heappop(waiting)
            self._do_jobs(moment)
            clock.freeze(moment)
            story = stories[number]
            if self._took_place(story, self._scenes[number], index) and index + 1 < len(story.steps):
                following = moment + timedelta(hours=story.steps[index + 1].after)
                at = following if story.around_the_clock else after_opening(following)
                heapq.heappush(waiting, (at, number, index + 1))
        self._do_jobs(now)
        return sum(bool(scene.instance_id) for scene in self._scenes.values())

    def _took_place(self, story: Story, scene: Scene, index: int) -> bool:
        """Do a step (-1: begin). If somebody was faster, such as a server that runs, the story ends there."""
        try:
            if index < 0:
                begin(scene, story)
            else:
                story.steps[index].act(scene)
        except Rejection as rejection:
            told = f"{story.process_key or 'began by itself'}, step {index + 1}: {rejection}"
            self.refused.append(told)
            _log.info("a story of the demonstration ends early", story=told)
            return False
        return True

    def _do_jobs(self, until: datetime) -> None:
        """Do every job that is due by *until*, each at its moment."""
        while (due := _next_due(until)) is not None:
            clock.freeze(due)
            claimed = jobs.claim(WORKER, "demonstration", 1, self._settings.lease).jobs
            for job in claimed:
                self._do(job)
            if not claimed:
                return

    def _do(self, job: ClaimedJob) -> None:
        if job.kind == "connector" and not self._is_cut_off(job):
            jobs.settle_connector(WORKER, job.id, job.attempt, ANSWERS[job.payload["connector"]])
        elif job.kind == "sending":
            sendings.settle(WORKER, job.id, job.attempt)  # the log tells of mails that nobody gets
        else:
            loop.do(job, self._shut)

    def _is_cut_off(self, job: ClaimedJob) -> bool:
        cut_off = job.payload["connector"]
        return any(scene.outage == cut_off and scene.instance_id == job.instance_id for scene in self._scenes.values())


def _next_due(until: datetime) -> datetime | None:
    query = select(Job.due_at).where(Job.state == "ready", Job.due_at <= until, Job.lease_until.is_(None))
    return db.session.scalar(query.order_by(Job.due_at).limit(1))


def after_opening(moment: datetime) -> datetime:
    """The moment itself in office hours, else early on the next working day."""
    if moment.hour >= CLOSES:
        moment = (moment + timedelta(days=1)).replace(hour=OPENS)
    elif moment.hour < OPENS:
        moment = moment.replace(hour=OPENS)
    while moment.weekday() > 4:
        moment = (moment + timedelta(days=1)).replace(hour=OPENS)
    return moment


def before_closing(moment: datetime) -> datetime:
    """The moment itself in office hours, else late on the working day before."""
    if moment.hour < OPENS:
        moment = (moment - timedelta(days=1)).replace(hour=CLOSES - 1)
    elif moment.hour >= CLOSES:
        moment = moment.replace(hour=CLOSES - 1)
    while moment.weekday() > 4:
        moment = (moment - timedelta(days=1)).replace(hour=CLOSES - 1)
    return moment
