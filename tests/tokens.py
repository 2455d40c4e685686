"""Tokens for tests: of somebody who may do something, in a record that is open or not."""

from fastapi import FastAPI

from domain.access import Grant, Role
from service.record import Record
from service.settings import Settings


def token_for(settings: Settings, principal: str = "ada", role: Role = "editor") -> str:
    """A token for somebody, in a record that is opened for that."""
    with Record(settings.store_environment) as record:
        return token_from(record, principal, role)


def token_in(app: FastAPI, principal: str = "ada", role: Role = "editor") -> str:
    """A token for somebody, of a service that is running."""
    return token_from(app.state.record, principal, role)


def token_from(record: Record, principal: str, role: Role) -> str:
    """A token for somebody, of a record that is open."""
    return record.administration.issue(principal, "tests", roles=(Grant(role=role),)).token
