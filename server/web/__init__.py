"""The pages: one blueprint a noun, all of them in one table."""

from flask import Blueprint

from server.web import account, inbox, notices, requests, search, sessions, shell, start, user_task

BLUEPRINTS: tuple[Blueprint, ...] = (
    shell.blueprint,
    sessions.blueprint,
    inbox.blueprint,
    user_task.blueprint,
    start.blueprint,
    requests.blueprint,
    search.blueprint,
    notices.blueprint,
    account.blueprint,
)
