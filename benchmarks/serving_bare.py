"""The same service as a generated project's first messages, in bare FastAPI with SQLAlchemy.

Its store is set up as the generated project's is: WAL, and synchronous NORMAL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    create_engine,
    event,
    insert,
    select,
)

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

engine = create_engine("sqlite:///bare.db")
USERS = Table(
    "users",
    MetaData(),
    Column("user_id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("login_count", Integer, nullable=False),
    Column("last_seen", DateTime),
)
app = FastAPI()


class NewUser(BaseModel):
    """Whom to create."""

    email: str
    name: str


class Created(BaseModel):
    """Who was created."""

    id: UUID


class UserStats(BaseModel):
    """What is shown of a user."""

    login_count: int
    last_seen: str | None


@event.listens_for(engine, "connect")
def as_the_write_store_does(connection: DBAPIConnection, _record: object) -> None:
    """Set a connection up."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


USERS.metadata.create_all(engine)


@app.post("/commands/create-user", status_code=201)
def create_user(user: NewUser) -> Created:
    """Insert a user."""
    user_id = uuid4()
    row = {"user_id": user_id, "email": user.email, "name": user.name, "login_count": 0}
    with engine.begin() as connection:
        connection.execute(insert(USERS), row)
    return Created(id=user_id)


@app.get("/queries/get-user-stats")
def get_user_stats(user_id: UUID) -> UserStats:
    """Select a user."""
    found = select(USERS.c.login_count, USERS.c.last_seen).where(USERS.c.user_id == user_id)
    with engine.connect() as connection:
        row = connection.execute(found).mappings().first()
    if row is None:
        raise HTTPException(404)
    return UserStats.model_validate(row)
